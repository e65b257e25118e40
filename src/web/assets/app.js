window.trustedTypes?.createPolicy("default", { createHTML: (text) => text });
document.addEventListener("htmx:configRequest", (event) => {
    const detail = event.detail;
    detail.headers["x-answerbank"] = mark();
});
export function mark() {
    return document.querySelector('meta[name="ours"]')?.content ?? "";
}
export function tell(words, hint = "", state = "gap") {
    const notice = document.getElementById("notice");
    if (!notice)
        return;
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
function localise(root) {
    for (const time of root.querySelectorAll("time[datetime]:not([data-said])")) {
        const said = time.dateTime;
        const day = /^\d{4}-\d{2}-\d{2}$/.test(said);
        const date = new Date(day ? `${said}T12:00:00` : said);
        if (Number.isNaN(date.getTime()))
            continue;
        time.textContent = day
            ? date.toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" })
            : date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
        time.title = said;
        time.dataset["said"] = "";
    }
    for (const number of root.querySelectorAll("data.number:not([data-said])")) {
        const value = Number(number.value);
        if (number.value !== "" && Number.isFinite(value))
            number.textContent = value.toLocaleString();
        number.dataset["said"] = "";
    }
}
function theme() {
    const button = document.getElementById("theme");
    const root = document.documentElement;
    button?.addEventListener("click", () => {
        const dark = root.dataset["theme"] === "dark" || (!root.dataset["theme"] && matchMedia("(prefers-color-scheme: dark)").matches);
        root.dataset["theme"] = dark ? "light" : "dark";
        localStorage.setItem("theme", root.dataset["theme"]);
    });
}
function menu() {
    const button = document.getElementById("menu");
    const side = button?.closest(".side");
    button?.addEventListener("click", () => {
        const open = side?.classList.toggle("open") ?? false;
        button.setAttribute("aria-expanded", String(open));
    });
}
function drops(root) {
    for (const zone of root.querySelectorAll(".drop")) {
        const field = zone.querySelector('input[type="file"]');
        if (!field || zone.dataset["ready"] !== undefined)
            continue;
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
function connection() {
    let trying;
    document.addEventListener("htmx:sendError", () => {
        tell("The server cannot be reached", "Whether your last step was done is not known. This page tries again by itself.");
        trying ??= setInterval(() => {
            fetch("/health", { cache: "no-store" })
                .then((response) => {
                if (!response.ok || trying === undefined)
                    return;
                clearInterval(trying);
                trying = undefined;
                tell("The server is there again", "Look whether your last step was done before you do it again.", "good");
            })
                .catch(() => undefined);
        }, 1500);
    });
}
function clicks() {
    document.addEventListener("click", (event) => {
        const target = event.target?.closest("[data-opens],[data-closes],[data-copies]");
        if (!target)
            return;
        const opens = target.dataset["opens"];
        if (opens)
            document.querySelector(`#${CSS.escape(opens)}`)?.showModal();
        if (target.dataset["closes"] !== undefined)
            target.closest("dialog")?.close();
        const copies = target.dataset["copies"];
        if (copies)
            void navigator.clipboard.writeText(document.getElementById(copies)?.textContent ?? "").then(() => tell("Copied", "", "good"));
    });
}
function arrivals() {
    document.addEventListener("htmx:afterSwap", (event) => {
        const detail = event.detail;
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
