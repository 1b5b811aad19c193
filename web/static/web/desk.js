// The desk: a word and its place on the page light up together, the picture grows and turns,
// the doubtful words are walked, a draft survives a lost session, and Hindi comes from English letters.
"use strict";
(() => {
  const paper = document.querySelector("[data-paper]");
  const field = (line) => document.querySelector(`input[data-line="${line}"]`);
  const mark = (line) => document.querySelector(`rect[data-line="${line}"]`);

  const marker = document.querySelector("rect[data-word]");
  const inputs = [...document.querySelectorAll("input[data-line]")];
  const boxes = (input) => (input.dataset.words || "").split(";").filter(Boolean).map((box) => box.split(" ").map(Number));
  const unsure = (input) => (input.dataset.unsure || "").split(" ").filter(Boolean).map(Number);
  const spans = (input) => [...input.value.matchAll(/\S+/g)];
  const wordAt = (input) => spans(input).filter((one) => one.index <= input.selectionStart).length - 1;

  function light(input) {
    document.querySelectorAll("rect.here").forEach((one) => one.classList.remove("here"));
    const place = mark(input.dataset.line);
    if (!place) return;
    place.classList.add("here");
    const box = boxes(input)[wordAt(input)];
    marker.classList.toggle("here", Boolean(box));
    if (!box) { place.scrollIntoView({ block: "center", inline: "nearest" }); return; }
    const [left, top, right, bottom] = box;
    Object.entries({ x: left, y: top, width: right - left, height: bottom - top })
      .forEach(([name, value]) => marker.setAttribute(name, value));
    marker.scrollIntoView({ block: "center", inline: "nearest" });
  }
  function choose(input, word) {
    chosen = true;
    input.focus();
    chosen = false;
    const span = spans(input)[word];
    if (span) input.setSelectionRange(span.index, span.index + span[0].length);
    light(input);
  }
  // the words that are not certain, in reading order; null behind the last and before the first
  function neighbour(input, step) {
    const stops = inputs.flatMap((one) => unsure(one).map((word) => [one, word]));
    const [line, word] = [inputs.indexOf(input), wordAt(input)];
    const beyond = ([one, place]) => {
      const off = inputs.indexOf(one) - line || place - word;
      return step > 0 ? off > 0 : off < 0;
    };
    return (step > 0 ? stops.find(beyond) : stops.reverse().find(beyond)) || null;
  }
  let chosen = false, tabbed = false; // Tab comes to the first word that is not certain
  document.addEventListener("pointerdown", () => { tabbed = false; }, true);
  document.addEventListener("keydown", (event) => { tabbed = event.key === "Tab"; }, true);
  inputs.forEach((input) => {
    input.addEventListener("focus", () => {
      if (chosen) return;
      const first = unsure(input)[0];
      if (tabbed && first !== undefined && spans(input)[first]) choose(input, first);
      else light(input);
    });
    ["click", "keyup"].forEach((name) => input.addEventListener(name, () => light(input)));
    input.addEventListener("keydown", (event) => {
      const onward = event.key === "Enter" && !event.ctrlKey;
      if (!onward && event.key !== "Tab") return;
      const next = neighbour(input, event.shiftKey ? -1 : 1);
      if (!next && !onward) return; // Tab leaves the lines
      event.preventDefault(); // Enter accepts the word; saving is a key or a click of its own
      if (next) choose(...next);
      else document.querySelector("form.lines button.main").focus();
    });
  });
  document.querySelectorAll(".seen").forEach((line) => [...line.children].forEach((word, place) =>
    word.addEventListener("click", () => choose(line.parentElement.querySelector("input[data-line]"), place))));
  const marks = document.querySelector("svg.marks");
  if (marks) marks.addEventListener("click", (event) => {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(marks.getScreenCTM().inverse());
    const holds = ([left, top, right, bottom]) => left <= x && x <= right && top <= y && y <= bottom;
    const found = inputs.find((input) => boxes(input).some(holds));
    if (found) choose(found, boxes(found).findIndex(holds));
    else if (event.target.dataset.line) field(event.target.dataset.line).focus();
  });

  // The picture: larger, smaller, turned for the eyes only, and pulled by the hand.
  let size = 100, turned = 0;
  function resize(by) {
    size = by ? Math.max(50, Math.min(400, size + by)) : 100;
    paper.style.width = `${size}%`;
  }
  const TURNS = { 0: ["", ""], 90: ["0 0", "rotate(90deg) translateY(-100%)"],
    180: ["", "rotate(180deg)"], 270: ["0 0", "rotate(270deg) translateX(-100%)"] };
  document.addEventListener("keydown", (event) => {
    if (event.altKey && !event.ctrlKey && (event.code === "KeyN" || event.code === "KeyP")) {
      const way = document.querySelector(`a[rel="${event.code === "KeyN" ? "next" : "prev"}"]`);
      if (way) { event.preventDefault(); way.click(); }
      return;
    }
    if (!paper || !event.ctrlKey) return;
    if (event.key === "+" || event.key === "=") resize(25);
    else if (event.key === "-") resize(-25);
    else if (event.key === "0") resize(0);
    else return;
    event.preventDefault();
  });
  if (paper) {
    const view = paper.parentElement, tools = document.querySelector(".tools");
    tools.hidden = false;
    tools.querySelectorAll("[data-size]").forEach((one) =>
      one.addEventListener("click", () => resize(Number(one.dataset.size))));
    tools.querySelector("[data-view-turn]").addEventListener("click", () => {
      turned = (turned + 90) % 360;
      [paper.style.transformOrigin, paper.style.transform] = TURNS[turned];
    });
    let held = null, pulled = false;
    view.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "mouse" && event.button === 0)
        held = [event.clientX + view.scrollLeft, event.clientY + view.scrollTop];
      pulled = false;
    });
    window.addEventListener("pointermove", (event) => {
      if (!held) return;
      const [left, top] = [held[0] - event.clientX, held[1] - event.clientY];
      pulled ||= Math.abs(left - view.scrollLeft) + Math.abs(top - view.scrollTop) > 6;
      if (pulled) [view.scrollLeft, view.scrollTop] = [left, top];
    });
    window.addEventListener("pointerup", () => { held = null; });
    view.addEventListener("click", (event) => { if (pulled) event.stopPropagation(); }, true);
    view.addEventListener("dragstart", (event) => event.preventDefault());
  }

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
    [...form.querySelectorAll("input:not([type=hidden])")].forEach((input) => {
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
