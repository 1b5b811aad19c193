// The desk: a line and its place on the page light up together, the picture grows and shrinks,
// the doubtful lines are walked, a draft survives a lost session, and Hindi comes from English letters.
"use strict";
(() => {
  const paper = document.querySelector("[data-paper]");
  const field = (line) => document.querySelector(`input[data-line="${line}"]`);
  const mark = (line) => document.querySelector(`rect[data-line="${line}"]`);

  function light(line) {
    document.querySelectorAll("rect.here").forEach((one) => one.classList.remove("here"));
    const place = mark(line);
    if (!place) return;
    place.classList.add("here");
    place.scrollIntoView({ block: "center", inline: "nearest" });
  }
  document.querySelectorAll("input[data-line]").forEach((input) => {
    input.addEventListener("focus", () => light(input.dataset.line));
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.ctrlKey) return;
      event.preventDefault(); // accepts the line; saving is a key or a click of its own
      const doubtful = [...document.querySelectorAll(".line.doubtful input[data-line]")];
      const here = Number(input.dataset.line);
      const next = doubtful.find((one) => Number(one.dataset.line) > here);
      (next || document.querySelector("form.lines button.main")).focus();
    });
  });
  document.querySelectorAll("rect[data-line]").forEach((place) =>
    place.addEventListener("click", () => field(place.dataset.line).focus()));

  let size = 100;
  document.addEventListener("keydown", (event) => {
    if (!paper || !event.ctrlKey) return;
    if (event.key === "+" || event.key === "=") size = Math.min(400, size + 25);
    else if (event.key === "-") size = Math.max(50, size - 25);
    else if (event.key === "0") size = 100;
    else return;
    event.preventDefault();
    paper.style.width = `${size}%`;
  });

  // What was typed is kept in this browser until the next version stands: a lost session loses
  // nothing. A line whose text is another by now is not filled in, nor is anybody else's draft.
  const form = document.querySelector("form.lines, form.desk");
  if (form && window.localStorage) {
    const version = form.querySelector("input[name=version]").value;
    const key = `abhilekh ${form.dataset.who} ${location.pathname}`;
    let draft = JSON.parse(localStorage.getItem(key) || "{}");
    if (draft.sent && draft.sent !== version) draft = {};
    const typed = (draft.typed ??= {});
    const keep = () => localStorage.setItem(key, JSON.stringify(draft));
    const inputs = [...form.querySelectorAll("input:not([type=hidden])")];
    inputs.forEach((input) => {
      const hidden = form.querySelector(`input[name="before-${input.name.replace("line-", "")}"]`);
      const before = (hidden || input).defaultValue;
      const [was, now] = typed[input.name] || [];
      if (was === before) input.value = now;
      input.addEventListener("input", () => { typed[input.name] = [before, input.value]; keep(); });
    });
    form.addEventListener("submit", () => { draft.sent = version; keep(); });
  }

  // English letters to Hindi, by sound; words that the office knows come first.
  const CONSONANTS = { kh: "ख", k: "क", gh: "घ", g: "ग", chh: "छ", ch: "च", jh: "झ", j: "ज", Th: "ठ", T: "ट",
    Dh: "ढ", D: "ड", N: "ण", th: "थ", t: "त", dh: "ध", d: "द", n: "न", ph: "फ", f: "फ", p: "प", bh: "भ", b: "ब",
    m: "म", y: "य", r: "र", l: "ल", v: "व", w: "व", sh: "श", Sh: "ष", s: "स", h: "ह", z: "ज़", x: "क्ष", q: "क" };
  const VOWELS = { aa: ["आ", "ा"], ai: ["ऐ", "ै"], au: ["औ", "ौ"], ee: ["ई", "ी"], ii: ["ई", "ी"], oo: ["ऊ", "ू"],
    uu: ["ऊ", "ू"], a: ["अ", ""], A: ["आ", "ा"], i: ["इ", "ि"], u: ["उ", "ु"], e: ["ए", "े"], o: ["ओ", "ो"] };
  function bySound(word) {
    let made = "", open = false, at = 0;
    const take = (table) => [3, 2, 1].map((n) => word.slice(at, at + n)).find((part) => part in table);
    while (at < word.length) {
      const vowel = take(VOWELS), consonant = vowel ? null : take(CONSONANTS);
      if (vowel) { made += VOWELS[vowel][open ? 1 : 0]; open = false; at += vowel.length; }
      else if (consonant) { made += (open ? "्" : "") + CONSONANTS[consonant]; open = true; at += consonant.length; }
      else { made += word[at] === "M" ? "ं" : word[at]; open = false; at += 1; }
    }
    return made;
  }
  let known = null;
  const words = async () => (known ??= await fetch("/hindi-words.json").then((answer) => answer.ok ? answer.json() : {}));
  document.querySelectorAll("input[data-hindi]").forEach((input) =>
    input.addEventListener("keydown", async (event) => {
      if (!(event.ctrlKey && event.code === "Space")) return;
      event.preventDefault();
      const end = input.selectionStart;
      const before = input.value.slice(0, end);
      const word = (before.match(/[A-Za-z]+$/) || [""])[0];
      if (!word) return;
      const hindi = (await words())[word.toLowerCase()] || bySound(word);
      input.setRangeText(hindi, end - word.length, end, "end");
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }));
})();
