// What every page needs in the browser: requests that bear the session's mark, times and numbers in the reader's way, the theme, dropped files.

type TypesFactory = { createPolicy(name: string, rules: { createHTML(text: string): string }): unknown };

// Pages come from our own server alone, which escapes every text; the parser of the page library is let through by name.
(window as unknown as { trustedTypes?: TypesFactory }).trustedTypes?.createPolicy("default", { createHTML: (text) => text });

document.addEventListener("htmx:configRequest", (event) => {
  const detail = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
  detail.headers["x-answerbank"] = mark();
});

/** What only pages of this session know. */
export function mark(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="ours"]')?.content ?? "";
}

/** Tells the reader something, in the place for it. */
export function tell(words: string, hint = "", state = "gap"): void {
  const notice = document.getElementById("notice");
  if (!notice) return;
  const box = document.createElement("div");
  box.className = `notice ${state}`;
  box.setAttribute("role", "alert");
  const first = document.createElement("b");
  first.textContent = words;
  box.append(first);
  if (hint) {
    const second = document.createElement("span");
    second.className = "soft";
    second.textContent = hint;
    box.append(second);
  }
  notice.replaceChildren(box);
}

/** Dates, times and numbers of a part of the page in the reader's own way. */
function localise(root: ParentNode): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>("time[datetime]:not([data-said])")) {
    const said = time.dateTime;
    const day = /^\d{4}-\d{2}-\d{2}$/.test(said);
    const date = new Date(day ? `${said}T12:00:00` : said);
    if (Number.isNaN(date.getTime())) continue;
    time.textContent = day
      ? date.toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" })
      : date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
    time.title = said;
    time.dataset["said"] = "";
  }
  for (const number of root.querySelectorAll<HTMLDataElement>("data.number:not([data-said])")) {
    const value = Number(number.value);
    if (number.value !== "" && Number.isFinite(value)) number.textContent = value.toLocaleString();
    number.dataset["said"] = "";
  }
}

function theme(): void {
  const button = document.getElementById("theme");
  const root = document.documentElement;
  button?.addEventListener("click", () => {
    const dark = root.dataset["theme"] === "dark" || (!root.dataset["theme"] && matchMedia("(prefers-color-scheme: dark)").matches);
    root.dataset["theme"] = dark ? "light" : "dark";
    localStorage.setItem("theme", root.dataset["theme"]);
  });
}

function menu(): void {
  const button = document.getElementById("menu");
  const side = button?.closest(".side");
  button?.addEventListener("click", () => {
    const open = side?.classList.toggle("open") ?? false;
    button.setAttribute("aria-expanded", String(open));
  });
}

/** Files dropped onto a zone become those of its field. */
function drops(root: ParentNode): void {
  for (const zone of root.querySelectorAll<HTMLElement>(".drop")) {
    const field = zone.querySelector<HTMLInputElement>('input[type="file"]');
    if (!field || zone.dataset["ready"] !== undefined) continue;
    zone.dataset["ready"] = "";
    for (const name of ["dragover", "dragenter"]) {
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        zone.classList.add("over");
      });
    }
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      if (event.dataTransfer?.files.length) {
        field.files = event.dataTransfer.files;
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }
}

/** The server may be gone for a moment: the page says so, and says so again when it is back. */
function connection(): void {
  let trying: number | undefined;
  document.addEventListener("htmx:sendError", () => {
    tell("The server cannot be reached", "Whether your last step was done is not known. This page tries again by itself.");
    trying ??= setInterval(() => {
      fetch("/health", { cache: "no-store" })
        .then((response) => {
          if (!response.ok || trying === undefined) return;
          clearInterval(trying);
          trying = undefined;
          tell("The server is there again", "Look whether your last step was done before you do it again.", "good");
        })
        .catch(() => undefined);
    }, 1500);
  });
}

/** Buttons that open and close dialogs, and copy texts, without a script in the page. */
function clicks(): void {
  document.addEventListener("click", (event) => {
    const target = (event.target as Element | null)?.closest<HTMLElement>("[data-opens],[data-closes],[data-copies]");
    if (!target) return;
    const opens = target.dataset["opens"];
    if (opens) document.querySelector<HTMLDialogElement>(`#${CSS.escape(opens)}`)?.showModal();
    if (target.dataset["closes"] !== undefined) target.closest("dialog")?.close();
    const copies = target.dataset["copies"];
    if (copies) void navigator.clipboard.writeText(document.getElementById(copies)?.textContent ?? "").then(() => tell("Copied", "", "good"));
  });
}

/** Where the reader lands after a page was exchanged: at its beginning, as with any other page. */
function arrivals(): void {
  document.addEventListener("htmx:afterSwap", (event) => {
    const detail = (event as CustomEvent<{ boosted?: boolean; target: Element }>).detail;
    localise(document);
    drops(document);
    if (detail.target === document.body) {
      theme();
      menu();
    }
  });
}

localise(document);
drops(document);
theme();
menu();
connection();
clicks();
arrivals();
