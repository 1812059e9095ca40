// The verification page that needs no network: it opens an entry of the published list with the code from the paper.
"use strict";
const ROUNDS = 4096, MAC = 16;
const K = new Uint32Array(64), H0 = new Uint32Array(8);
for (let n = 2, i = 0; i < 64; n++) {
  let prime = true;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) { prime = false; break; }
  if (!prime) continue;
  const part = (x) => Math.floor((x - Math.floor(x)) * 4294967296);
  if (i < 8) H0[i] = part(Math.sqrt(n));
  K[i++] = part(Math.cbrt(n));
}
function sha256(bytes) {
  const size = ((bytes.length + 8) >> 6) + 1, padded = new Uint8Array(size * 64), view = new DataView(padded.buffer);
  padded.set(bytes);
  padded[bytes.length] = 128;
  view.setUint32(padded.length - 4, bytes.length * 8);
  const h = H0.slice(), w = new Uint32Array(64), turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + i * 4);
    for (let i = 16; i < 64; i++) {
      const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, z] = h;
    for (let i = 0; i < 64; i++) {
      const t1 = (z + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      z = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    [a, b, c, d, e, f, g, z].forEach((x, i) => { h[i] = h[i] + x; });
  }
  const out = new Uint8Array(32), told = new DataView(out.buffer);
  h.forEach((x, i) => told.setUint32(i * 4, x));
  return out;
}
const utf8 = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const join = (...parts) => { const out = []; parts.forEach((p) => out.push(...p)); return new Uint8Array(out); };
const plainNumber = (t) => t.normalize("NFKC").toUpperCase().replace(/[—–]/g, "-").replace(/\s+/g, "");
const plainCode = (t) => t.normalize("NFKC").toUpperCase().replace(/[^0-9A-Z]/g, "");
function keyOf(number, code) {
  let key = utf8(number + "\x1f" + plainCode(code));
  for (let i = 0; i < ROUNDS; i++) key = sha256(key);
  return key;
}
function open(locked, key) {
  const told = new Uint8Array(locked.match(/../g).map((x) => parseInt(x, 16))), text = told.slice(MAC);
  for (let at = 0, n = 0; at < text.length; at += 32, n++) {
    const pad = sha256(join(key, [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]));
    for (let i = 0; i < 32 && at + i < text.length; i++) text[at + i] ^= pad[i];
  }
  return hex(sha256(join(key, utf8("mac"), text)).slice(0, MAC)) === hex(told.slice(0, MAC)) ? JSON.parse(new TextDecoder().decode(text)) : null;
}
const list = document.getElementById("list").textContent.trim() + "\n", cut = list.lastIndexOf("SHA256 ");
const lines = list.slice(0, cut).trim().split("\n"), head = lines[0].split("\t"), entries = new Map(lines.slice(1).map((l) => l.split(" ")));
const whole = hex(sha256(utf8(list.slice(0, cut)))) === list.slice(cut + 7).trim() && String(entries.size) === head[3];
const answer = document.getElementById("answer"), row = (name, told) => {
  const line = document.createElement("tr"), th = document.createElement("th"), td = document.createElement("td");
  th.textContent = name; td.textContent = told; line.append(th, td); return line;
};
function say(title, good, words, rows) {
  const h = document.createElement("h2"), p = document.createElement("p"), table = document.createElement("table");
  h.textContent = title; p.textContent = words; answer.className = good ? "good" : "bad";
  (rows || []).forEach(([name, told]) => table.append(row(name, told)));
  answer.replaceChildren(h, p, table); answer.hidden = false;
}
document.getElementById("whole").textContent = whole ? "清单完整，末行摘要相符：" + list.slice(cut + 7).trim() : "清单不完整或被改动过，请重新取一份，不要用它核对。";
document.getElementById("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const number = plainNumber(event.target.number.value), code = event.target.code.value;
  if (!whole) return say("不能核对", false, "清单不完整或被改动过，请重新取一份。");
  if (!entries.has(number)) return say("清单里没有这个打印号", false, "清单做于 " + head[2] + "，以后打印的不在其中。请核对号码，或换新的清单。");
  const found = open(entries.get(number), keyOf(number, code));
  if (!found) return say("核验码不符", false, "请核对纸上的十二位核验码；号码没有抄错，这张纸就不是系统印出的。");
  const seal = hex(sha256(utf8(found.number + "\x1f" + found.row_digest))).slice(0, 12).toUpperCase();
  if (seal !== plainCode(code)) return say("清单有误", false, "这一份的行摘要与核验码不符，请联系发布单位。");
  say("有这次打印", true, "请逐项与纸面比对：行数、合计有一处不同，就不是这一份。", [
    ["打印号", found.number], ["台账", found.title], ["打印时刻", found.printed_at], ["业务截止", found.until],
    ...(found.as_at ? [["按当日记录", found.as_at]] : []), ["范围", found.scope], ["版本", found.edition], ["行数", String(found.row_count)],
    ...found.totals.map(([name, told]) => ["合计：" + name, told]), ["打印单位", found.unit], ["行摘要", found.row_digest],
  ]);
});
