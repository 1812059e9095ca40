// 手机页:拍照先缩小、看得见、可去掉;网络断了照片和文字都留着,通了再交。加减按钮只在有脚本时出现。

const LONGEST = 1920;
const QUALITY = 0.82;

// ── 照片存在本机(IndexedDB),按表单编号;收下以后删掉 ──
function shelf() {
  return new Promise((give, refuse) => {
    const ask = indexedDB.open("fs-photos", 1);
    ask.onupgradeneeded = () => ask.result.createObjectStore("photos");
    ask.onsuccess = () => give(ask.result);
    ask.onerror = () => refuse(ask.error);
  });
}

async function onShelf(mode, act) {
  try {
    const db = await shelf();
    return await new Promise((give, refuse) => {
      const ask = act(db.transaction("photos", mode).objectStore("photos"));
      ask.onsuccess = () => give(ask.result);
      ask.onerror = () => refuse(ask.error);
    });
  } catch {
    return undefined;
  }
}

const keyOf = (form, input) => `${document.body.dataset.me || ""}:${location.pathname}:${form.dataset.keep || form.id}:${input.name}`;

async function shrink(file) {
  if (!file.type.startsWith("image/")) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    if (scale === 1 && file.size < 1_500_000) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((give) => { canvas.toBlob(give, "image/jpeg", QUALITY); });
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file;
  }
}

function choosePhotos(input) {
  const form = input.form;
  const most = Number(input.dataset.photos) || 9;
  const list = document.createElement("div");
  list.className = "fs-photos";
  const word = document.createElement("p");
  word.className = "fs-small fs-soft";
  word.setAttribute("role", "status");
  (input.closest(".fs-camera") || input).before(list);
  (input.closest(".fs-camera") || input).after(word);
  let chosen = [];

  function hand() {
    const carrier = new DataTransfer();
    chosen.forEach((file) => carrier.items.add(file));
    input.files = carrier.files;
    onShelf("readwrite", (store) => (chosen.length ? store.put({ form: form.elements.form_id?.value, at: Date.now(), files: chosen }, keyOf(form, input)) : store.delete(keyOf(form, input))));
    word.textContent = chosen.length ? `已选 ${chosen.length} 张，共 ${(chosen.reduce((sum, file) => sum + file.size, 0) / 1048576).toFixed(1)} 兆` : "";
  }

  function draw() {
    list.replaceChildren(...chosen.map((file, place) => {
      const figure = document.createElement("figure");
      const picture = document.createElement("img");
      picture.src = URL.createObjectURL(file);
      picture.alt = `第 ${place + 1} 张照片`;
      picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "fs-btn";
      drop.textContent = "去掉";
      drop.setAttribute("aria-label", `去掉第 ${place + 1} 张`);
      drop.addEventListener("click", () => {
        chosen.splice(place, 1);
        draw();
        hand();
      });
      const caption = document.createElement("figcaption");
      caption.textContent = new Date(file.lastModified).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
      figure.append(picture, caption, drop);
      return figure;
    }));
  }

  input.addEventListener("change", async () => {
    word.textContent = "正在缩小照片";
    const fresh = await Promise.all([...input.files].map(shrink));
    const known = new Set(chosen.map((file) => `${file.name}/${file.lastModified}/${file.size}`));
    chosen = [...chosen, ...fresh.filter((file) => !known.has(`${file.name}/${file.lastModified}/${file.size}`))];
    const over = chosen.length - most;
    chosen = chosen.slice(0, most);
    draw();
    hand();
    if (over > 0) word.textContent += `，最多 ${most} 张，后 ${over} 张没有收下`;
  });

  onShelf("readonly", (store) => store.get(keyOf(form, input))).then((kept) => {
    const accepted = [...document.querySelectorAll('meta[name="fs-accepted"]')].map((meta) => meta.content);
    if (!kept?.files?.length || chosen.length) return;
    if (accepted.includes(kept.form)) {
      onShelf("readwrite", (store) => store.delete(keyOf(form, input)));
      return;
    }
    chosen = kept.files;
    draw();
    hand();
  });
}

// ── 收下以后,把别页留在本机的照片也清掉 ──
async function clearAccepted() {
  const accepted = [...document.querySelectorAll('meta[name="fs-accepted"]')].map((meta) => meta.content);
  if (!accepted.length) return;
  const keys = (await onShelf("readonly", (store) => store.getAllKeys())) || [];
  for (const key of keys) {
    const kept = await onShelf("readonly", (store) => store.get(key));
    if (accepted.includes(kept?.form)) await onShelf("readwrite", (store) => store.delete(key));
  }
}

// ── 加减 ──
function stepper(input) {
  const frame = document.createElement("div");
  frame.className = "fs-stepper";
  const box = input.closest(".fs-with") || input;
  box.before(frame);
  const button = (text, step) => {
    const one = document.createElement("button");
    one.type = "button";
    one.className = "fs-btn";
    one.textContent = text;
    one.setAttribute("aria-label", `${step > 0 ? "加" : "减"} ${Math.abs(step)}`);
    one.addEventListener("click", () => {
      const now = Number(input.value) || 0;
      input.value = String(Math.min(Number(input.dataset.most || 100), Math.max(Number(input.dataset.least || 0), now + step)));
      input.form.dispatchEvent(new Event("fs-changed"));
    });
    return one;
  };
  frame.append(button("−", -1), box, button("＋", 1));
}

// ── 网络 ──
const net = document.querySelector("[data-net]");
function tell() {
  if (!net) return;
  net.textContent = navigator.onLine ? "网络正常" : "网络断了，内容都在本机";
  net.classList.toggle("is-off", !navigator.onLine);
}
window.addEventListener("online", tell);
window.addEventListener("offline", tell);
tell();

async function reachable() {
  if (!navigator.onLine) return false;
  try {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 8000);
    const answer = await fetch(location.href, { method: "HEAD", cache: "no-store", signal: stop.signal });
    clearTimeout(timer);
    return answer.status < 500;
  } catch {
    return false;
  }
}

// ── 照片先一段一段地传:断了从断的地方接着传,收下的不再传。全部传完才交表单,交上去仍是一件事 ──
const PIECE = 192 * 1024;
const TRIES = 4;
const wait = (ms) => new Promise((give) => { setTimeout(give, ms); });

async function digestOf(file) {
  const sum = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function sendPhoto(form, file, tell) {
  const address = form.dataset.pieces;
  const sha256 = await digestOf(file);
  let tries = 0;
  let there = -1;
  while (there < file.size) {
    try {
      if (there < 0) {
        const asked = await fetch(`${address}?sha256=${sha256}`, { cache: "no-store" });
        if (!asked.ok) throw new Error(String(asked.status));
        there = (await asked.json()).received;
        if (there >= file.size) break;
      }
      const body = new FormData();
      body.set("csrf_token", form.elements.csrf_token.value);
      body.set("piece", file.slice(there, there + PIECE), "piece");
      const answer = await fetch(`${address}?sha256=${sha256}&begin=${there}&size=${file.size}`, { method: "POST", body });
      const told = await answer.json();
      if (answer.status === 422) throw Object.assign(new Error(told.message), { refused: true });
      if (!answer.ok) throw new Error(String(answer.status));
      there = told.received;
      tries = 0;
      tell(there / file.size);
    } catch (error) {
      if (error.refused || (tries += 1) > TRIES) throw error;
      there = -1;
      tell(null);
      await wait(700 * tries);
    }
  }
  return sha256;
}

async function sendPhotos(form, say) {
  const boxes = [...form.querySelectorAll("input[type=file][data-photos]")];
  form.querySelectorAll("input[name=sent]").forEach((one) => one.remove());
  const done = [];
  for (const input of boxes) {
    const files = [...input.files];
    for (const [place, file] of files.entries()) {
      const sha256 = await sendPhoto(form, file, (share) => say(share === null
        ? `网络不稳，正在接着传第 ${place + 1} 张`
        : `正在传第 ${place + 1} 张，共 ${files.length} 张（${Math.round(share * 100)}%）`));
      done.push(`${sha256}|${file.lastModified}|${file.name}`);
    }
  }
  for (const line of done) {
    const box = document.createElement("input");
    box.type = "hidden";
    box.name = "sent";
    box.value = line;
    box.dataset.noKeep = "1";
    form.append(box);
  }
  boxes.forEach((input) => { input.disabled = true; });
}

function sayUpload(form) {
  let line = form.querySelector("[data-upload]");
  if (!line) {
    line = document.createElement("p");
    line.dataset.upload = "1";
    line.className = "fs-small fs-soft";
    line.setAttribute("role", "status");
    (form.querySelector(".fs-camera") || form).after(line);
  }
  return (text) => { line.textContent = text; };
}

// 从后退缓存回来:照片框重新可用。
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("input[data-photos]").forEach((input) => { input.disabled = false; });
});

// ── 位置:勾了才取,去掉勾就清空 ──
document.querySelectorAll("[data-place]").forEach((frame) => {
  const [tick, latitude, longitude] = ["consent", "latitude", "longitude"].map((name) => frame.querySelector(`[name=${name}]`));
  const word = frame.querySelector("[data-place-word]");
  if (!navigator.geolocation || !tick) return;
  frame.hidden = false;
  tick.addEventListener("change", () => {
    latitude.value = longitude.value = word.textContent = "";
    if (!tick.checked) return;
    word.textContent = "正在取位置";
    navigator.geolocation.getCurrentPosition((found) => {
      if (!tick.checked) return;
      latitude.value = found.coords.latitude.toFixed(6);
      longitude.value = found.coords.longitude.toFixed(6);
      word.textContent = `北纬 ${latitude.value}，东经 ${longitude.value}`;
    }, () => { word.textContent = "没有取到位置，可以照常提交"; }, { timeout: 15000 });
  });
});

for (const form of document.querySelectorAll("form[method=post]")) {
  if (!form.querySelector("input[type=file][data-photos]")) continue;
  form.querySelectorAll("input[type=file][data-photos]").forEach(choosePhotos);
  form.querySelectorAll(".fs-camera").forEach((one) => one.classList.add("is-ready"));
  form.addEventListener("submit", async (event) => {
    if (form.dataset.checked) {
      delete form.dataset.checked;
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (form.dataset.sending) return;
    const submitter = event.submitter;
    form.dataset.sending = "1";
    let refused = "";
    try {
      if (await reachable()) {
        if (form.dataset.pieces && window.isSecureContext && crypto.subtle) await sendPhotos(form, sayUpload(form));
        form.dataset.checked = "1";
        form.requestSubmit(submitter || undefined);
        return;
      }
    } catch (error) {
      refused = error.refused ? error.message : "";
    } finally {
      delete form.dataset.sending;
    }
    document.getElementById("fs-offline")?.remove();
    const note = document.createElement("div");
    note.id = "fs-offline";
    note.className = "fs-alert warn";
    note.setAttribute("role", "alert");
    note.textContent = refused || "网络不通，还没有提交。文字和照片都存在本机，网络恢复后请再按一次提交。";
    form.prepend(note);
    note.scrollIntoView({ block: "center" });
  }, true);
}
document.querySelectorAll("input[data-stepper]").forEach(stepper);
clearAccepted();
