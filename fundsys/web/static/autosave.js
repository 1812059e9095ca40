// 填了一半也不会丢:文字存在本机,提交被系统收下以后才删。照片归 phone.js 管。
// 键里有人和页面,同一台电脑上两个人互不相见;退出登录时由服务器的 Clear-Site-Data 清掉。

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

function offer(form, kept, key) {
  const box = document.createElement("div");
  box.className = "fs-alert fs-after";
  box.setAttribute("role", "status");
  const words = document.createElement("span");
  words.textContent = `上次填到一半的内容还在（${dayAndClock(kept.at)}）。`;
  const take = document.createElement("button");
  const drop = document.createElement("button");
  for (const [button, text] of [[take, "接着填"], [drop, "不要了"]]) {
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
  if (kept && !same) offer(form, kept, key);
  let timer;
  const save = () => {
    clearTimeout(timer);
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
  form.addEventListener("submit", save);
}
