"use strict";
function sending() {
    const form = document.querySelector("form[data-sends]");
    if (!form || form.dataset["ready"] !== undefined)
        return;
    form.dataset["ready"] = "";
    const bar = form.querySelector("progress");
    const words = form.querySelector("[data-sent]");
    const field = form.querySelector('input[type="file"]');
    const say = (text) => {
        if (words)
            words.textContent = text;
    };
    field?.addEventListener("change", () => {
        const most = Number(field.dataset["most"]) * 1024 * 1024;
        const large = [...(field.files ?? [])].filter((file) => file.size > most).map((file) => file.name);
        const count = field.files?.length ?? 0;
        field.setCustomValidity(large.length ? `Too large: ${large.join(", ")}` : "");
        say(large.length ? `Too large: ${large.join(", ")}` : count > 1 ? `${count} workbooks` : "");
    });
    form.addEventListener("htmx:xhr:progress", (event) => {
        const { loaded, total } = event.detail;
        if (!bar || !total)
            return;
        bar.classList.remove("hidden");
        bar.value = Math.round((loaded / total) * 100);
        say(loaded < total ? `${bar.value} % sent` : "Sent; making sure that it stays …");
    });
    form.addEventListener("htmx:afterRequest", () => {
        bar?.classList.add("hidden");
        say("");
    });
}
function following() {
    const list = document.querySelector("[data-live]");
    const state = document.getElementById("live");
    if (!list || !state)
        return;
    let source;
    const listen = () => {
        source = new EventSource(list.dataset["live"] ?? "");
        source.addEventListener("open", () => (state.textContent = "Kept up live"));
        source.addEventListener("uploads", (event) => {
            const kept = document.activeElement?.getAttribute("hx-post");
            list.innerHTML = event.data;
            window.htmx?.process(list);
            for (const time of list.querySelectorAll("time"))
                time.textContent = new Date(time.dateTime).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
            if (kept)
                list.querySelector(`[hx-post="${CSS.escape(kept)}"]`)?.focus();
        });
        source.addEventListener("error", () => {
            state.textContent = "The connection is lost; what was handed over goes on. Trying again …";
            if (source?.readyState === EventSource.CLOSED)
                setTimeout(listen, 3000);
        });
    };
    listen();
    document.addEventListener("htmx:beforeSwap", (event) => {
        if (event.detail.target === document.body)
            source?.close();
    });
}
sending();
following();
document.addEventListener("htmx:afterSwap", sending);
