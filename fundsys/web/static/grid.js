// 录入表:方向键、Enter 下一行、Esc 还原、粘贴 Excel 区域、改过的格加角标;停手 300 毫秒请服务器重算规则条。
// 粘贴的第一列是项目编号或名称时,交给服务器按项目对号填入,对不上的原样留着。
// 没有脚本时是一张普通表单:Tab 走格,“算一算”按钮更新规则条。

const WAIT = 300;

function cellsOf(grid) {
  return [...grid.querySelectorAll("tbody tr")]
    .map((row) => [...row.querySelectorAll(".fs-cell input")])
    .filter((row) => row.length > 0);
}

function placeOf(grid, input) {
  const rows = cellsOf(grid);
  const row = rows.findIndex((one) => one.includes(input));
  return { rows, row, column: row < 0 ? -1 : rows[row].indexOf(input) };
}

function go(rows, row, column) {
  const target = rows[row]?.[Math.min(column, rows[row].length - 1)];
  if (!target) return false;
  target.focus();
  target.select();
  return true;
}

function mark(input) {
  input.closest(".fs-cell").classList.toggle("is-changed", input.value.trim() !== input.dataset.was);
}

// Excel 复制出来的是制表符和换行;带引号的格里可以有换行。
function readTable(text) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i];
    if (quoted) {
      if (letter === '"' && text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else if (letter === '"') quoted = false;
      else cell += letter;
    } else if (letter === '"' && cell === "") quoted = true;
    else if (letter === "\t" || letter === "\n") {
      rows.at(-1).push(cell.trim());
      cell = "";
      if (letter === "\n") rows.push([]);
    } else if (letter !== "\r") cell += letter;
  }
  rows.at(-1).push(cell.trim());
  if (rows.at(-1).length === 1 && rows.at(-1)[0] === "") rows.pop();
  return rows;
}

// 一格是不是金额:数字、千位逗号、全角数字,或者空着、短横。
const isAmount = (text) => /^[-+]?[\d０-９,，.．\s]*(万元)?$/.test(text);

// 一块里有没有项目编号或名称:至少两列,第一个不是金额的格后面还有金额。
function isByProject(table) {
  return table.some((line) => {
    const word = line.findIndex((text) => text !== "" && !isAmount(text));
    return word >= 0 && line.slice(word + 1).some((text) => text !== "" && isAmount(text));
  });
}

// 规则条有几行字说不准:表头停在它下面,量了再说。
function stick(form) {
  const strip = document.querySelector(".fs-rules.is-stuck");
  const table = form.querySelector(".fs-under-rules:not(.is-wide)");
  if (!strip || !table || !window.ResizeObserver) return;
  const top = () => strip.offsetHeight + Number.parseFloat(getComputedStyle(strip).top || 0);
  new ResizeObserver(() => table.style.setProperty("--fs-stick", `${Math.round(top()) - 1}px`)).observe(strip);
}

function attach(form) {
  stick(form);
  const column = form.querySelector("[data-column]");
  const say = document.createElement("p");
  say.className = "fs-sr";
  say.setAttribute("role", "status");
  form.append(say);
  let timer;
  let asked;

  function swap(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    for (const piece of fresh.querySelectorAll("[data-live][id]")) {
      const old = document.getElementById(piece.id);
      if (!old) continue;
      if (old.className !== piece.className) old.className = piece.className;
      if (old.innerHTML !== piece.innerHTML && !old.contains(document.activeElement)) old.replaceChildren(...piece.childNodes);
    }
    for (const input of form.querySelectorAll(".fs-cell input")) {
      const bad = Boolean(document.getElementById(`${input.id}-err`));
      input.closest(".fs-cell").classList.toggle("is-bad", bad);
      if (bad) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  }

  async function ask() {
    if (!form.dataset.preview) return;
    asked?.abort();
    asked = new AbortController();
    const strip = document.querySelector(".fs-rules[data-live]");
    strip?.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: asked.signal, headers: { "X-Preview": "1" }, redirect: "error" });
      if (answer.ok) swap(await answer.text());
      else say.textContent = "规则条没有更新，提交时系统会再核对";
    } catch (error) {
      if (error.name !== "AbortError") say.textContent = "网络不通，规则条没有更新，已填内容都在";
      else return;
    }
    strip?.removeAttribute("aria-busy");
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  }

  form.addEventListener("input", (event) => {
    if (!event.target.closest(".fs-cell")) return;
    mark(event.target);
    event.target.closest(".fs-cell").classList.remove("is-bad");
    event.target.removeAttribute("aria-invalid");
    later();
  });

  form.addEventListener("focusin", (event) => {
    const cell = event.target.closest?.(".fs-cell");
    form.querySelectorAll("tr[aria-selected]").forEach((row) => row.removeAttribute("aria-selected"));
    if (cell) {
      if (column) column.value = event.target.dataset.line || "";
      cell.closest("tr").setAttribute("aria-selected", "true");
      event.target.dataset.entered = event.target.value;
    }
  });
  form.addEventListener("focusout", (event) => {
    event.target.closest?.("tr")?.removeAttribute("aria-selected");
  });

  form.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!input.closest?.(".fs-cell") || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const { rows, row, column } = placeOf(form, input);
    const atStart = input.selectionStart === 0 && input.selectionEnd === 0;
    const atEnd = input.selectionStart === input.value.length && input.selectionEnd === input.value.length;
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    let done = true;
    if (event.key === "Enter") go(rows, row + (event.shiftKey ? -1 : 1), column);
    else if (event.key === "ArrowDown") go(rows, row + 1, column);
    else if (event.key === "ArrowUp") go(rows, row - 1, column);
    else if (event.key === "ArrowLeft" && !event.shiftKey && (atStart || whole)) go(rows, row, column - 1);
    else if (event.key === "ArrowRight" && !event.shiftKey && (atEnd || whole)) go(rows, row, column + 1);
    else if (event.key === "Tab") {
      // 只走录入格,不在名称的链接上停;到头以后照常离开表格。
      const all = rows.flat();
      const next = all[all.indexOf(input) + (event.shiftKey ? -1 : 1)];
      done = Boolean(next);
      if (next) {
        next.focus();
        next.select();
      }
    } else if (event.key === "Escape") {
      input.value = input.value === input.dataset.entered ? input.dataset.was : input.dataset.entered;
      input.select();
      mark(input);
      form.dispatchEvent(new Event("fs-changed"));
      later();
    } else done = false;
    if (done) event.preventDefault();
  });

  form.addEventListener("paste", (event) => {
    const input = event.target;
    if (!input.closest?.(".fs-cell")) return;
    const table = readTable(event.clipboardData.getData("text/plain"));
    if (table.length === 0 || (table.length === 1 && table[0].length === 1)) return;
    event.preventDefault();
    if (isByProject(table)) {
      byProject(table);
      return;
    }
    const { rows, row, column } = placeOf(form, input);
    let filled = 0;
    let over = 0;
    table.forEach((line, down) => line.forEach((text, across) => {
      const target = rows[row + down]?.[column + across];
      if (!target || target.readOnly || target.disabled) {
        if (text !== "") over += 1;
        return;
      }
      target.value = text;
      target.closest(".fs-cell").classList.remove("is-bad");
      mark(target);
      filled += 1;
    }));
    say.textContent = `已粘贴 ${filled} 格${over ? `，另有 ${over} 格超出表格，没有填入` : ""}`;
    if (over) warn(`粘贴的内容比表格大：已填入 ${filled} 格，另有 ${over} 格没有位置，没有填入。`);
    form.dispatchEvent(new Event("fs-changed"));
    later();
  });

  function byProject(table) {
    const block = form.querySelector("textarea[name=block]");
    const fill = form.querySelector("button[value=fill]");
    if (!block || !fill) return;
    const here = table.map((line) => line.join("\t")).join("\n");
    block.value = block.value.trim() ? `${block.value.trim()}\n${here}` : here;
    say.textContent = `正在按项目填入 ${table.length} 行`;
    form.dispatchEvent(new Event("fs-changed"));
    form.requestSubmit(fill);
  }

  function warn(words) {
    document.getElementById("fs-paste-note")?.remove();
    const note = document.createElement("div");
    note.id = "fs-paste-note";
    note.className = "fs-alert warn fs-after";
    note.setAttribute("role", "alert");
    note.textContent = words;
    form.before(note);
  }

  // 有脚本时规则条自己会动,“算一算”按钮收起。
  form.querySelectorAll("[data-no-script]").forEach((one) => { one.hidden = true; });
  document.querySelectorAll(`[form="${form.id}"][data-no-script]`).forEach((one) => { one.hidden = true; });
}

document.querySelectorAll("form[data-grid]").forEach(attach);
