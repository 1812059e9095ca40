// 填了一半也不会丢:文字先存本机,再由服务器代存一份(不含个人信息),提交被系统收下以后才删。照片归 phone.js 管。
// 键里有人和页面,同一台电脑上两个人互不相见;退出登录时由服务器的 Clear-Site-Data 清掉本机的,服务器上的留着,换一台电脑也能恢复。

const PREFIX = "fs-form:";
const MONTH = 30 * 24 * 3600 * 1000;
const who = document.body.dataset.me || "";
const keyOf = (form) => `${PREFIX}${who}:${form.dataset.keep}:${location.pathname}`;
const clock = (at) => new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
const dayAndClock = (at) => `${new Date(at).toLocaleDateString("sv-SE")} ${clock(at)}`;

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

const keeps = (box) => box.name && !["password", "file", "submit", "button"].includes(box.type) && box.name !== "csrf_token" && !box.dataset.noKeep;

function valuesOf(form) {
  const values = {};
  for (const box of form.elements) {
    if (!keeps(box) || ((box.type === "checkbox" || box.type === "radio") && !box.checked)) continue;
    (values[box.name] ||= []).push(box.value);
  }
  return values;
}

function putBack(form, values) {
  const left = structuredClone(values);
  for (const box of form.elements) {
    if (!keeps(box)) continue;
    if (box.type === "checkbox" || box.type === "radio") {
      box.checked = (values[box.name] || []).includes(box.value);
    } else if (left[box.name]?.length) {
      box.value = left[box.name].shift();
    }
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

const csrf = (form) => form.elements.csrf_token?.value || "";
const post = (form, url, told, late) =>
  fetch(url, { method: "POST", body: new URLSearchParams({ csrf_token: csrf(form), at: location.pathname, ...told }), redirect: "manual", keepalive: Boolean(late) });

async function keepOnServer(form, late) {
  const boxes = JSON.stringify(valuesOf(form));
  if (boxes === form.dataset.sent) return true;
  try {
    const answer = await post(form, "/drafts", { boxes, title: document.querySelector("h1")?.textContent.trim() || "" }, late);
    if (answer.ok) form.dataset.sent = boxes;
    return answer.ok;
  } catch {
    return false;
  }
}

async function fromServer() {
  try {
    const answer = await fetch(`/drafts?at=${encodeURIComponent(location.pathname)}`, { headers: { Accept: "application/json" }, redirect: "error" });
    const kept = answer.ok ? await answer.json() : {};
    return kept.values ? kept : null;
  } catch {
    return null;
  }
}

function offer(form, kept, key) {
  const box = document.createElement("div");
  box.className = "fs-alert fs-after";
  box.setAttribute("role", "status");
  const words = document.createElement("span");
  words.textContent = `上次填到一半的内容还在（${dayAndClock(kept.at)}）。`;
  const take = document.createElement("button");
  const drop = document.createElement("button");
  for (const [button, text] of [[take, "恢复"], [drop, "放弃"]]) {
    button.type = "button";
    button.className = "fs-btn";
    button.textContent = text;
  }
  take.addEventListener("click", () => {
    // 连同原来的表单编号一起放回:上次若其实已经收下,再交一次仍只算一次。
    putBack(form, kept.values);
    box.remove();
    form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  });
  drop.addEventListener("click", () => {
    localStorage.removeItem(key);
    post(form, "/drafts/drop", {}).catch(() => {});
    box.remove();
  });
  box.append(words, " ", take, " ", drop);
  (form.closest(".fs-sheet") || form).before(box);
}

// 已被收下的,删掉。
const accepted = [...document.querySelectorAll('meta[name="fs-accepted"]')].map((meta) => meta.content);
try {
  for (const key of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
    const kept = read(key);
    if (!kept || accepted.includes(kept.values?.form_id?.[0]) || Date.now() - kept.at > MONTH) localStorage.removeItem(key);
  }
} catch {
  // 浏览器不给存:页面照常可用,只是不保留。
}

for (const form of document.querySelectorAll("form[data-keep]")) {
  const key = keyOf(form);
  const said = form.querySelector("[data-kept]") || document.querySelector("[data-kept]");
  const kept = read(key);
  const same = kept && kept.values.form_id?.[0] === form.elements.form_id?.value;
  let typed = false;
  if (kept && !same) offer(form, kept, key);
  else if (!kept)
    fromServer().then((there) => {
      const mine = there && "form_id" in there.values && there.values.form_id[0] !== form.elements.form_id?.value;
      if (mine && !typed && form.elements.form_id) offer(form, there, key);
    });
  let timer;
  let later;
  const send = () => {
    clearTimeout(later);
    later = setTimeout(async () => {
      const done = await keepOnServer(form);
      if (done && said) said.textContent = `填了一半也不会丢：已于 ${clock(Date.now())} 由服务器代存`;
    }, 2500);
  };
  const save = () => {
    clearTimeout(timer);
    typed = true;
    send();
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), values: valuesOf(form) }));
      if (said) said.textContent = `填了一半也不会丢：已于 ${clock(Date.now())} 存在本机`;
    } catch {
      if (said) said.textContent = "本机存不下，请及时存草稿";
    }
  };
  form.addEventListener("input", (event) => {
    if (!event.isTrusted) return;
    clearTimeout(timer);
    timer = setTimeout(save, 400);
  });
  form.addEventListener("change", (event) => event.isTrusted && save());
  form.addEventListener("fs-changed", save);
  form.addEventListener("submit", () => {
    save();
    clearTimeout(later);
    typed = false; // 已交出去的不再代存
  });
  addEventListener("pagehide", () => typed && keepOnServer(form, true));
}
