// 项目类型按三级选：在子类型框前加“项目类型”“二级”两个框，选定后子类型只列属于它的。没有脚本时，子类型框按两级分组列出全部。

for (const place of document.querySelectorAll("[data-levels]")) {
  const last = place.querySelector("select");
  if (!last) continue;
  const groups = [...last.querySelectorAll("optgroup")].map((one) => {
    const [category, group] = one.label.split(" · ");
    return { category, group, one };
  });
  const chosen = () => groups.find(({ one }) => [...one.children].some((option) => option.selected));
  const now = chosen();
  const box = (label, words, value) => {
    const made = document.createElement("select");
    made.className = "fs-input";
    made.setAttribute("aria-label", label);
    fill(made, words, value);
    return made;
  };
  const fill = (select, words, value) => {
    select.replaceChildren(new Option("全部", ""), ...words.map((word) => new Option(word, word, false, word === value)));
  };
  const categories = [...new Set(groups.map(({ category }) => category))];
  const under = (category) => groups.filter((one) => !category || one.category === category).map(({ group }) => group);
  const first = box("一级项目类型", categories, now?.category);
  const second = box("二级项目类型", under(now?.category), now?.group);
  const narrow = () => {
    const kept = last.value;
    const shown = groups.filter(
      ({ category, group }) => (!first.value || category === first.value) && (!second.value || group === second.value),
    );
    for (const { one } of groups) one.remove();
    for (const { one } of shown) last.append(one);
    last.value = shown.some(({ one }) => [...one.children].some((option) => option.value === kept)) ? kept : "";
  };
  first.addEventListener("change", () => {
    fill(second, under(first.value), "");
    narrow();
  });
  second.addEventListener("change", narrow);
  const row = document.createElement("div");
  row.className = "fs-levels";
  last.before(row);
  row.append(first, second, last);
  if (now) narrow();
}
