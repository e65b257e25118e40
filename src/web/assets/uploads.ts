// Files on their way: how much was sent, and the list of what is being taken in, kept up by the server's events. Without it, loading the page again shows the same.

type Htmx = { process(part: Element): void };

/** How much of an upload was sent, and files that are too large told before anything is. */
function sending(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-sends]");
  if (!form || form.dataset["ready"] !== undefined) return;
  form.dataset["ready"] = "";
  const bar = form.querySelector("progress");
  const words = form.querySelector<HTMLElement>("[data-sent]");
  const field = form.querySelector<HTMLInputElement>('input[type="file"]');
  const say = (text: string): void => {
    if (words) words.textContent = text;
  };
  field?.addEventListener("change", () => {
    const most = Number(field.dataset["most"]) * 1024 * 1024;
    const large = [...(field.files ?? [])].filter((file) => file.size > most).map((file) => file.name);
    const count = field.files?.length ?? 0;
    field.setCustomValidity(large.length ? `Too large: ${large.join(", ")}` : "");
    say(large.length ? `Too large: ${large.join(", ")}` : count > 1 ? `${count} workbooks` : "");
  });
  form.addEventListener("htmx:xhr:progress", (event) => {
    const { loaded, total } = (event as CustomEvent<{ loaded: number; total: number }>).detail;
    if (!bar || !total) return;
    bar.classList.remove("hidden");
    bar.value = Math.round((loaded / total) * 100);
    say(loaded < total ? `${bar.value} % sent` : "Sent; making sure that it stays …");
  });
  form.addEventListener("htmx:afterRequest", () => {
    bar?.classList.add("hidden");
    say("");
  });
}

/** Keeps the list as the server tells it; says when it cannot. */
function following(): void {
  const list = document.querySelector<HTMLElement>("[data-live]");
  const state = document.getElementById("live");
  if (!list || !state) return;
  let source: EventSource | undefined;
  const listen = (): void => {
    source = new EventSource(list.dataset["live"] ?? "");
    source.addEventListener("open", () => (state.textContent = "Kept up live"));
    source.addEventListener("uploads", (event) => {
      // Whoever stands on a button shall not lose it under their hands.
      const kept = document.activeElement?.getAttribute("hx-post");
      list.innerHTML = (event as MessageEvent<string>).data;
      (window as unknown as { htmx?: Htmx }).htmx?.process(list);
      for (const time of list.querySelectorAll("time")) time.textContent = new Date(time.dateTime).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
      if (kept) list.querySelector<HTMLElement>(`[hx-post="${CSS.escape(kept)}"]`)?.focus();
    });
    source.addEventListener("error", () => {
      state.textContent = "The connection is lost; what was handed over goes on. Trying again …";
      // A browser gives up by itself after an answer that is no stream.
      if (source?.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
    });
  };
  listen();
  document.addEventListener("htmx:beforeSwap", (event) => {
    if ((event as CustomEvent<{ target: Element }>).detail.target === document.body) source?.close();
  });
}

sending();
following();
// What was refused is answered in place of the page, with a new form.
document.addEventListener("htmx:afterSwap", sending);
