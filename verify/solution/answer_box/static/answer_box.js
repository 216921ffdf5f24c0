// The answer boxes of a page.  An answer is judged by the server the page came from where that offers it (`verify
// serve`), and otherwise in the page: Pyodide runs the same Python code in a worker, which is ended when it takes too
// long.  Everything shown is set as text, never as HTML.
(() => {
  "use strict";

  const STATIC = new URL("../", document.currentScript.src);
  const SITE = new URL("../", STATIC);
  const SERVED = location.protocol !== "file:";
  const WORDS = {
    proved: ["✓", "Accepted", "good"],
    supported: ["✓", "Accepted", "good"],
    refuted: ["✗", "Not accepted", "bad"],
    undecided: ["?", "Not decided", "open"],
    unreadable: ["?", "Could not be read", "open"],
  };
  const CHOOSE = { radio: "Choose one.", checkbox: "Choose all that apply." };
  const WITHHELD = "another value";
  const AROUND = 30; // characters shown on each side of the caret
  const STARTING = 60; // seconds that a worker may take to start
  const ATTEMPTS = 4; // when the server asks to come back later

  // ------------------------------------------------------------------ elements

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  const loadScript = (address) =>
    new Promise((resolve, reject) => {
      const script = make("script", { src: address });
      script.onload = () => resolve(script.remove());
      script.onerror = () => reject(new Error(`${address} could not be loaded`));
      document.head.append(script);
    });

  // ------------------------------------------------------------------ in the page

  // The checker in a worker.  Its pieces are loaded once and kept, because a worker that was ended starts again.
  class PageChecker {
    constructor(boxes, onProgress) {
      this.boxes = boxes;
      this.onProgress = onProgress;
      this.pieces = new Map();
      this.waiting = Promise.resolve(); // one check after the other
      this.started = null;
      this.count = 0;
    }

    start() {
      this.started ??= this.load()
        .then(() => this.startWorker())
        .catch((error) => {
          this.started = null; // the next check tries again
          throw error;
        });
      return this.started;
    }

    async load() {
      if (typeof WebAssembly === "undefined" || typeof DecompressionStream === "undefined")
        throw new Error("this browser has no WebAssembly or no DecompressionStream");
      window.proofsetPiece = (name, number, text) => {
        if (!this.pieces.has(name)) this.pieces.set(name, []);
        this.pieces.get(name)[number] = text;
      };
      const { worker, ...assets } = this.boxes.files;
      const files = [...(SERVED ? [] : worker), ...Object.values(assets).flat()];
      let loaded = 0;
      const one = async (file) => {
        await loadScript(new URL(`pyodide/${file}`, STATIC));
        loaded += 1;
        this.onProgress("loading the checker", (0.6 * loaded) / files.length);
      };
      this.onProgress("loading the checker", 0);
      await Promise.all(files.map(one));
    }

    startWorker() {
      // From a file no worker may be started by its address, so it is started by its text.
      const address = SERVED
        ? new URL(`pyodide/${this.boxes.files.worker[0]}`, STATIC)
        : URL.createObjectURL(new Blob([`(${self.proofsetWorker})();`], { type: "text/javascript" }));
      const worker = new Worker(address);
      this.worker = worker;
      this.answers = new Map();
      return new Promise((resolve, reject) => {
        const give_up = setTimeout(() => reject(new Error(`it did not start within ${STARTING} s`)), STARTING * 1000);
        const fail = (error) => {
          clearTimeout(give_up);
          reject(error);
          for (const [, answer] of this.answers) answer.reject(error);
        };
        worker.onerror = (event) => fail(new Error(event.message || "the worker could not be started"));
        worker.onmessage = ({ data }) => {
          if (data.stage) this.onProgress(data.stage, 0.6 + 0.4 * data.share);
          else if (data.ready) resolve(clearTimeout(give_up));
          else if (data.id === undefined) fail(new Error(data.failed));
          else if (data.failed) this.answers.get(data.id)?.reject(new Error(data.failed));
          else this.answers.get(data.id)?.resolve(JSON.parse(data.document));
        };
        worker.postMessage({ pieces: Object.fromEntries(this.pieces), start: true, warmUp: this.warmUp });
      });
    }

    check(part, response) {
      const turn = this.waiting.then(() => this.checkNow(part, response));
      this.waiting = turn.catch(() => {});
      return turn;
    }

    async checkNow(part, response) {
      await this.start();
      this.onProgress("checking", 1);
      const id = (this.count += 1);
      const seconds = this.boxes.seconds;
      let clock;
      try {
        return await new Promise((resolve, reject) => {
          clock = setTimeout(() => reject(new Error(`the check took longer than ${seconds} s in this page`)), seconds * 1000);
          this.answers.set(id, { resolve, reject });
          this.worker.postMessage({ id, check: part, response });
        });
      } catch (error) {
        return this.ended(part, `budget exceeded: ${error.message}`);
      } finally {
        clearTimeout(clock);
        this.answers.delete(id);
      }
    }

    // The worker is ended, since nothing else stops a check that takes long, or mends an interpreter that ran out of
    // memory; and a new one is started for the next answer.
    ended(part, reason) {
      this.worker.terminate();
      this.started = this.startWorker();
      this.started.catch(() => (this.started = null));
      return { part, verdict: "undecided", accepted: null, method: "", scope: "", reason, feedback: "" };
    }
  }

  // ------------------------------------------------------------------ by the server

  const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

  const serverAnswers = async () => {
    try {
      const answer = await fetch(new URL("health", SITE), { credentials: "omit" });
      return answer.ok && (await answer.json()).service === "proofset";
    } catch {
      return false;
    }
  };

  const checkByServer = async (part, response) => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await fetch(new URL("check", SITE), {
        method: "POST",
        credentials: "omit",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ part, response }),
      });
      const document = await answer.json();
      if (answer.ok) return document;
      if (![429, 503].includes(answer.status) || attempt === ATTEMPTS) throw new Error(document.error);
      await pause(Number(answer.headers.get("Retry-After")) || attempt);
    }
  };

  // ------------------------------------------------------------------ showing a verdict

  const compact = (value) =>
    Array.isArray(value)
      ? `[${value.map(compact).join(", ")}]`
      : typeof value === "number"
        ? String(Number(value.toPrecision(6)))
        : String(value).replace(/^-/, "−");

  // What a counterexample says, in a sentence; nothing where the right value would be the answer.
  const differs = ({ method, counterexample }) => {
    if (!counterexample || method === "shape" || counterexample.reference === WITHHELD) return "";
    const at = Object.entries(counterexample.at).map(([name, value]) => `${name} = ${compact(value)}`);
    const where = at.length ? `At ${at.join(", ")}` : "Compared";
    const [left, right] = [compact(counterexample.response), compact(counterexample.reference)];
    return counterexample.relation === "="
      ? `${where}: yours is ${left}, the reference ${right}.`
      : `${where}: ${left} should be ${counterexample.relation} ${right}.`;
  };

  // A sentence of its own where the text begins with a word; a name or a formula stays as it is.
  const sentence = (text) => {
    const plain = text.replace(/\$[^$]+\$|`[^`]+`/g, (formula) => window.proofsetBoxes.formulas[formula] ?? formula);
    return /^[a-z]{2,} [a-z]/.test(plain) ? plain[0].toUpperCase() + plain.slice(1) : plain;
  };

  // The line around a column, and a caret below it; columns count characters, not code units.
  const caret = (text, column) => {
    const characters = Array.from(text, (character) => (/\s/.test(character) ? " " : character));
    const start = Math.max(0, column - 1 - AROUND);
    const line = characters.slice(start, column - 1 + AROUND).join("");
    return `${line}\n${" ".repeat(column - 1 - start)}^`;
  };

  const shownScope = ({ verdict, accepted, scope }) => {
    if (accepted) return [verdict, scope].filter(Boolean).join(" ");
    return scope === "in general" ? "" : scope;
  };

  const showVerdict = (place, found, response) => {
    const [sign, word, tone] = WORDS[found.verdict] ?? WORDS.undecided;
    const unaccepted = found.verdict === "supported" && !found.accepted;
    const head = make("p", { class: "answer-box-head" });
    head.append(make("span", { "aria-hidden": "true" }, unaccepted ? "?" : sign), " ");
    head.append(make("strong", {}, unaccepted ? "Not decided" : word));
    if (shownScope(found)) head.append(make("span", { class: "answer-box-scope" }, ` ${shownScope(found)}`));
    const lines = [found.feedback, found.reason, differs(found)].filter(Boolean);
    const body = lines.map((line) => make("p", {}, sentence(line)));
    if (found.column && response)
      body.unshift(make("pre", { class: "answer-box-caret", "aria-hidden": "true" }, caret(response, found.column)));
    place.dataset.tone = unaccepted ? "open" : tone;
    place.dataset.verdict = found.verdict;
    place.replaceChildren(head, ...body);
  };

  const showFailure = (place, part, message) => {
    place.dataset.tone = "open";
    place.dataset.verdict = "undecided";
    place.replaceChildren(
      make("p", { class: "answer-box-head" }, make("strong", {}, "Not decided")),
      make("p", {}, `The checker is not available here: ${message}.`),
      make("p", {}, "On your own machine, ", make("code", {}, `verify check ${part} "…"`), " judges an answer, and "),
    );
    place.lastChild.append(make("code", {}, "verify serve"), " opens this page with a checker.");
  };

  // ------------------------------------------------------------------ boxes

  let boxNumber = 0;

  // The page lists the options above, typeset; a box repeats their labels, and their texts for those who hear it.
  const optionsOf = (place, box, name, hint) => {
    const options = place.dataset.options ? JSON.parse(place.dataset.options) : Object.entries(box.options);
    const fields = options.map(([label, text]) => {
      const named = { "aria-label": text === label ? label : `${label}: ${text}`, "aria-describedby": hint };
      const input = make("input", { type: box.input, name, value: label, ...named });
      return make("label", { class: "answer-box-option" }, input, " ", label);
    });
    return make("fieldset", {}, make("legend", {}, "Your answer"), ...fields);
  };

  const fieldOf = (box, name, hint) => {
    const common = { id: name, "aria-describedby": hint, autocomplete: "off", autocapitalize: "off", spellcheck: "false" };
    const field =
      box.input === "lines"
        ? make("textarea", { ...common, rows: "3" })
        : make("input", { ...common, type: "text", enterkeyhint: "done", maxlength: "4000" });
    return make("div", { class: "answer-box-field" }, make("label", { for: name }, "Your answer"), field);
  };

  const responseOf = (form, box) =>
    box.input === "line" || box.input === "lines"
      ? form.querySelector("input, textarea").value
      : Array.from(form.querySelectorAll("input:checked"), (input) => input.value).join(", ");

  // The part with the numbers that the page shows: the homework's, or those of a variant where it asks for them.
  const withNumbers = (part) => {
    const variant = `${part} (variant ${document.documentElement.dataset.numbers})`;
    return variant in window.proofsetBoxes.parts ? variant : part;
  };

  const build = (place, part, box, check) => {
    boxNumber += 1;
    const name = `answer-${boxNumber}`;
    const hint = `${name}-hint`;
    const choice = box.input === "radio" || box.input === "checkbox";
    const keys = box.input === "lines" ? " Ctrl+Enter checks." : "";
    const button = make("button", { type: "submit" }, "Check");
    const status = make("div", { class: "answer-box-status" });
    const verdict = make("div", { class: "answer-box-verdict", role: "status", "aria-live": "polite" });
    const form = make("form", { class: "answer-box-form", "aria-label": `Check your answer to ${part}` });
    form.append(choice ? optionsOf(place, box, name, hint) : fieldOf(box, name, hint), button);
    const expected = CHOOSE[box.input] ?? `Expected: ${box.expects}.${keys}`;
    form.append(make("p", { class: "answer-box-hint", id: hint }, expected), status, verdict);

    const clear = () => {
      verdict.replaceChildren();
      delete verdict.dataset.tone;
      delete verdict.dataset.verdict;
    };
    form.addEventListener("input", clear);
    new MutationObserver(clear).observe(document.documentElement, { attributeFilter: ["data-numbers"] });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    form.addEventListener("focusin", () => check.prepare(part), { once: true });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.getAttribute("aria-busy") === "true") return;
      const response = responseOf(form, box);
      clear();
      form.setAttribute("aria-busy", "true");
      check.watch(status);
      try {
        const asked = withNumbers(part);
        const found = await check.run(asked, response);
        if (responseOf(form, box) === response && withNumbers(part) === asked) showVerdict(verdict, found, response);
      } catch (error) {
        showFailure(verdict, part, String(error.message).replace(/\.$/, ""));
      }
      form.removeAttribute("aria-busy");
      check.unwatch(status);
    });
    place.replaceChildren(form);
  };

  // Which checker judges, and who is shown its progress.
  class Check {
    constructor(boxes) {
      this.boxes = boxes;
      this.watching = new Set();
      this.page = new PageChecker(boxes, (stage, share) => this.progress(stage, share));
    }

    // Whether the server judges; asked once, and only of a server that says in its script that it does.
    byServer() {
      this.asked ??= this.boxes.server === true && SERVED ? serverAnswers() : Promise.resolve(false);
      return this.asked;
    }

    async prepare(part) {
      this.page.warmUp ??= part;
      if (!(await this.byServer())) this.page.start().catch(() => {}); // whoever checks is told
    }

    async run(part, response) {
      this.page.warmUp ??= part;
      if (!(await this.byServer())) return this.page.check(part, response);
      try {
        return await checkByServer(part, response);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        this.asked = Promise.resolve(false); // the server is gone, and the page can do it alone
        return this.page.check(part, response);
      }
    }

    watch(status) {
      this.watching.add(status);
      if (this.latest) this.progress(...this.latest);
    }

    unwatch(status) {
      this.watching.delete(status);
      status.replaceChildren();
    }

    progress(stage, share) {
      this.latest = [stage, share];
      for (const status of this.watching) {
        const bar = make("progress", { max: "1", value: String(share), "aria-label": stage });
        status.replaceChildren(bar, ` ${stage} …`);
      }
    }
  }

  const open = async () => {
    const places = Array.from(document.querySelectorAll(".answer-box[data-part]"));
    if (!places.length) return;
    await loadScript(new URL("answer_box/boxes.js", STATIC));
    const check = new Check(window.proofsetBoxes);
    for (const place of places) {
      const box = window.proofsetBoxes.parts[place.dataset.part];
      if (box) build(place, place.dataset.part, box, check);
    }
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", open);
  else open();
})();
