// 长的活:每秒问一次做到哪了,办完就去结果页。离开再回来,接着看。

async function follow(box) {
  const bar = box.querySelector("progress");
  const word = box.querySelector("[data-word]");
  let misses = 0;
  for (;;) {
    await new Promise((resume) => { setTimeout(resume, misses ? Math.min(1000 * 2 ** misses, 15000) : 1000); });
    let news;
    try {
      const answer = await fetch(box.dataset.poll, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      news = await answer.json();
      misses = 0;
    } catch {
      misses += 1;
      word.textContent = "暂时问不到进度，正在重试；可以离开，稍后再来看";
      continue;
    }
    if (news.total) {
      bar.max = news.total;
      bar.value = news.done;
    }
    if (news.word) word.textContent = news.word;
    if (news.state === "done" || news.state === "failed") {
      const goal = news.url || box.dataset.next;
      if (goal) location.assign(goal);
      return;
    }
  }
}

document.querySelectorAll("[data-poll]").forEach(follow);
