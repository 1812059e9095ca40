// 快捷键:/ 找,? 全部快捷键,Ctrl+S 与 Ctrl+Enter 按按钮上写的办,Alt+1—9 侧栏。没有脚本时,一切仍可点。

const typing = (target) => target instanceof HTMLElement && target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

function press(key) {
  const button = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key && !one.disabled);
  if (!button) return false;
  if (button.matches("input")) {
    button.focus();
    button.select();
  } else {
    button.click();
  }
  return true;
}

const KEYS = [
  ["/", "查找文号、名称、人名、拼音首字母"],
  ["Ctrl S", "存草稿"],
  ["Ctrl ↵", "提交或保存"],
  ["Alt 1—9", "侧栏第 1 至第 9 项"],
  ["Enter", "录入表：下一行"],
  ["Tab", "录入表：下一格"],
  ["↑ ↓ ← →", "录入表：上下左右"],
  ["Esc", "录入表：还原本格"],
  ["Ctrl V", "录入表：粘贴 Excel 区域"],
  ["?", "这张表"],
];

function showKeys() {
  let dialog = document.getElementById("fs-keys");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.id = "fs-keys";
    dialog.className = "fs-keys";
    dialog.setAttribute("aria-label", "快捷键");
    const head = document.createElement("header");
    const title = document.createElement("h2");
    title.textContent = "快捷键";
    const close = document.createElement("button");
    close.type = "button";
    close.className = "fs-btn";
    close.textContent = "关闭";
    close.addEventListener("click", () => dialog.close());
    head.append(title, close);
    const list = document.createElement("dl");
    for (const [key, word] of KEYS) {
      const dt = document.createElement("dt");
      for (const one of key.split(" ")) {
        const cap = document.createElement("kbd");
        cap.className = "fs-kbd";
        cap.textContent = one;
        dt.append(cap, " ");
      }
      const dd = document.createElement("dd");
      dd.textContent = word;
      list.append(dt, dd);
    }
    dialog.append(head, list);
    document.body.append(dialog);
  }
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const { key, ctrlKey, metaKey, altKey } = event;
  let done = false;
  if ((ctrlKey || metaKey) && !altKey) {
    if (key === "s" || key === "S") done = press("Ctrl S") || Boolean(document.querySelector("form[method=post][data-keep]"));
    else if (key === "Enter") done = press("Ctrl ↵");
  } else if (altKey && !ctrlKey && /^[1-9]$/.test(key)) {
    const link = document.querySelectorAll(".fs-side a")[Number(key) - 1];
    if (link) {
      link.click();
      done = true;
    }
  } else if (!altKey && !typing(event.target)) {
    if (key === "/") done = press("/");
    else if (key === "?") {
      showKeys();
      done = true;
    }
  }
  if (done) event.preventDefault();
});

// 出错汇总先得焦点,读屏先读到它。
document.querySelector("[data-focus]")?.focus();

// 真要横滚的表才进 Tab 次序,不让每张表都多停一下。
function reachable() {
  for (const region of document.querySelectorAll(".fs-scroll:not(.is-wide)")) {
    if (region.scrollWidth > region.clientWidth + 1) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
  }
}
reachable();
window.addEventListener("resize", reachable);

// 全选本页:只在有脚本时出现,没有脚本就逐行勾。
for (const place of document.querySelectorAll("[data-tick-all]")) {
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", "全选本页");
  const boxes = () => place.closest("table").querySelectorAll("tbody input[type=checkbox]");
  all.addEventListener("change", () => boxes().forEach((box) => { box.checked = all.checked; }));
  place.append(all);
}
