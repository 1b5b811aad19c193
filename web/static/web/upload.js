// Sends a folder piece by piece, each with its SHA-256. What is there already is not sent again,
// so that choosing the same folder after a lost connection, a reload or a new sign-in goes on.
"use strict";
(() => {
  const form = document.querySelector("[data-upload]");
  if (!form) return;
  const drop = form.querySelector("[data-drop]"), status = form.querySelector("[data-status]");
  const running = form.querySelector("[data-running]"), bar = running.querySelector("progress");
  const figures = form.querySelector("[data-figures]"), refused = form.querySelector("[data-refused]");
  const words = form.dataset, CHUNK = Number(words.chunk), AT_ONCE = 2, LONGEST_PAUSE_MS = 15000;
  const SIGNED_OUT = new Set([401, 403]);
  let busy = false;

  const pause = (ms) => new Promise((go) => setTimeout(go, ms));
  const token = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1] || "";
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  window.addEventListener("beforeunload", (event) => { if (busy) event.preventDefault(); });

  class Refused extends Error {
    constructor(parts) { super(parts[0]); this.parts = parts; }
  }

  // The answer, however long the connection is away; what the server refuses is told, not repeated.
  async function ask(address, method, body, headers = {}) {
    for (let wait = 500; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
      let answer = null;
      try {
        answer = await fetch(address, { method, body, redirect: "manual", credentials: "same-origin",
          headers: { "X-CSRFToken": token(), ...headers } });
      } catch { /* the connection is away */ }
      if (answer && answer.ok) { status.textContent = words.sending; return answer.json(); }
      const isOut = answer && (answer.type === "opaqueredirect" || SIGNED_OUT.has(answer.status));
      if (answer && !isOut && answer.status < 500) {
        const told = await answer.json().catch(() => ({}));
        throw new Refused(told.error ? [told.error.what, told.error.kept, told.error.todo] : [`HTTP ${answer.status}`]);
      }
      status.textContent = isOut ? words.out : words.lost;
      await pause(wait);
    }
  }

  const post = (address, said) =>
    ask(address, "POST", JSON.stringify(said), { "Content-Type": "application/json" });

  async function sendScan(scan, place, upload, tell) {
    const whole = scan.file.size > CHUNK ? new Sha256() : null; // else its one piece is the whole
    let sha256 = new Sha256().hex(); // of no bytes
    for (let number = 0; number * CHUNK < scan.file.size; number += 1) {
      let bytes;
      try {
        bytes = new Uint8Array(await scan.file.slice(number * CHUNK, (number + 1) * CHUNK).arrayBuffer());
      } catch {
        throw new Refused([`${words.changed} ${scan.path}`]);
      }
      if (whole) whole.update(bytes);
      sha256 = await Sha256.of(bytes);
      if (upload.have.get(`${place}:${number}`) !== sha256)
        await ask(`${upload.id}/${place}/${number}`, "PUT", bytes, { "X-Sha256": sha256 });
      tell(bytes.length);
    }
    return whole ? whole.hex() : sha256;
  }

  async function sendAll(scans, label) {
    const files = scans.map((scan) => ({ path: scan.path, size: scan.file.size }));
    const begun = await post(words.begin, { office: form.elements.office.value, label, files });
    const upload = { id: begun.id, have: new Map(begun.have.map(([file, n, sha256]) => [`${file}:${n}`, sha256])) };
    const total = files.reduce((sum, one) => sum + one.size, 0), hashes = [];
    let sent = 0, done = 0, next = 0;
    const tell = (bytes) => {
      sent += bytes;
      bar.max = total || 1;
      bar.value = sent;
      figures.textContent = `${done} / ${scans.length} · ${megabytes(sent)} / ${megabytes(total)} MB`;
    };
    tell(0);
    const lane = async () => {
      while (next < scans.length) {
        const place = next;
        next += 1;
        hashes[place] = await sendScan(scans[place], place, upload, tell);
        done += 1;
        tell(0);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    await post(`${upload.id}/finish`, { sha256: hashes });
  }

  // The one folder that holds them all is the batch itself and lends it its name.
  function rooted(scans) {
    const first = scans[0].path.split("/")[0];
    const inOne = scans.every((scan) => scan.path.startsWith(`${first}/`));
    const named = inOne ? first : first.replace(/\.[^.]*$/, "");
    return [named, inOne ? scans.map((scan) => ({ ...scan, path: scan.path.slice(first.length + 1) })) : scans];
  }

  async function send(found) {
    if (busy) return;
    refused.hidden = true;
    if (!found.length) { status.textContent = words.none; return; }
    const [named, scans] = rooted(found);
    scans.sort((one, other) => (one.path < other.path ? -1 : 1));
    busy = true;
    running.hidden = false;
    status.textContent = words.sending;
    try {
      await sendAll(scans, form.elements.label.value.trim() || named);
      status.textContent = words.done;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      status.textContent = "";
      refused.hidden = false;
      refused.replaceChildren(...error.parts.filter(Boolean).map((part) =>
        Object.assign(document.createElement("p"), { textContent: part })));
    } finally {
      busy = false;
      form.elements.folder.value = form.elements.scans.value = "";
      document.body.dispatchEvent(new Event("sent"));
    }
  }

  const chosen = (list) => [...list].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
  for (const name of ["folder", "scans"])
    form.elements[name].addEventListener("change", (event) => send(chosen(event.target.files)));

  async function below(entry, path) {
    if (entry.isFile) return [{ path, file: await new Promise((got, lost) => entry.file(got, lost)) }];
    const reader = entry.createReader(), found = [];
    for (;;) { // a folder is told a hundred entries at a time
      const some = await new Promise((got, lost) => reader.readEntries(got, lost));
      if (!some.length) return found;
      for (const one of some) found.push(...await below(one, `${path}/${one.name}`));
    }
  }
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    const entries = items.map((item) => item.webkitGetAsEntry() || item.getAsFile()); // before the first await
    const found = [];
    for (const one of entries)
      found.push(...(one instanceof File ? chosen([one]) : await below(one, one.name)));
    await send(found);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
})();
