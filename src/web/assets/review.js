"use strict";
const STANDS = ["", "review", "gap", "filled", "kept", "rejected", "contested", "mine"];
const ALONE = 20 * 60_000;
const LOST = 60_000;
const found = document.getElementById("review");
if (found)
    review(found);
function review(root) {
    const id = root.dataset["id"] ?? "";
    const me = root.dataset["me"] ?? "";
    const base = `/questionnaires/${encodeURIComponent(id)}`;
    const decides = root.dataset["decides"] !== undefined;
    const most = Number(root.dataset["most"]);
    const list = need("list");
    const detail = need("detail");
    const said = need("said");
    const live = need("live");
    const keysDialog = need("keys");
    const togetherDialog = need("together");
    const form = need("filters");
    const keysOn = need("keys-on");
    const narrow = matchMedia("(max-width: 900px)");
    const over = new AbortController();
    const signal = over.signal;
    const questions = [];
    const byPlace = new Map();
    const ready = new Map();
    const undone = [];
    let shown = [];
    let current;
    let anchor;
    let seen = Number(root.dataset["seen"]);
    let sending = false;
    let fetching = false;
    let loading;
    let news;
    let wanted = false;
    let waitsForR = 0;
    let touched = Date.now();
    let filters = fromAddress();
    for (const home of list.querySelectorAll("section > ul")) {
        for (const element of home.querySelectorAll("li.q"))
            take(element, home);
    }
    keysOn.checked = localStorage.getItem("review-keys") !== "off";
    apply(false);
    const start = byPlace.get(decodeURIComponent(location.hash.slice(1))) ?? shown.find(isOpen) ?? shown[0];
    if (start && (!narrow.matches || location.hash))
        select(start, false, true);
    else if (start)
        select(start, false, false);
    listen();
    hear();
    function take(element, home) {
        const place = element.dataset["place"] ?? "";
        const question = { place, element, home, number: questions.length, text: textOf(element) };
        questions.push(question);
        byPlace.set(place, question);
        link(question).tabIndex = -1;
        box(question).tabIndex = -1;
    }
    function isOpen(question) {
        const { stand, contested } = question.element.dataset;
        return stand === "review" || contested !== undefined || (filters.stand === "gap" && stand === "gap");
    }
    function standsAs(question, stand) {
        const data = question.element.dataset;
        if (stand === "")
            return true;
        if (stand === "contested")
            return data["contested"] !== undefined;
        if (stand === "mine")
            return data["to"]?.toLowerCase() === me.toLowerCase();
        return data["stand"] === stand;
    }
    function takes(question) {
        const { sheet, band } = question.element.dataset;
        return standsAs(question, filters.stand) && (!filters.sheet || sheet === filters.sheet) && (!filters.band || band === filters.band)
            && (!filters.words || question.text.includes(filters.words.toLowerCase()));
    }
    function apply(write = true) {
        const sorted = filters.sort === "confidence";
        const sure = (question) => Number(question.element.dataset["sure"]);
        const order = sorted ? [...questions].sort((a, b) => sure(b) - sure(a) || a.number - b.number) : questions;
        if (sorted !== list.classList.contains("sorted")) {
            const all = questions[0]?.home;
            for (const question of order)
                (sorted ? all : question.home)?.append(question.element);
            list.classList.toggle("sorted", sorted);
        }
        shown = order.filter((question) => (question.element.hidden = !takes(question), !question.element.hidden));
        const homes = new Set(sorted ? [questions[0]?.home] : shown.map((question) => question.home));
        for (const section of list.querySelectorAll("section.qs"))
            section.hidden = !homes.has(section.querySelector("ul") ?? undefined);
        need("none").hidden = shown.length > 0;
        for (const tab of form.querySelectorAll("a[data-stand]")) {
            if (tab.dataset["stand"] === filters.stand)
                tab.setAttribute("aria-current", "true");
            else
                tab.removeAttribute("aria-current");
        }
        count();
        if (!write)
            return;
        const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== ""));
        history.replaceState(history.state, "", `${location.pathname}${query.size ? `?${query}` : ""}${location.hash}`);
        say(`${shown.length} of ${questions.length} questions`);
        if (current?.element.hidden && shown[0])
            select(shown[0], false, !narrow.matches);
    }
    function fromAddress() {
        const query = new URLSearchParams(location.search);
        const of = (name) => query.get(name) ?? "";
        return { stand: of("stand"), sheet: of("sheet"), band: of("band"), words: of("words"), sort: of("sort") };
    }
    function count() {
        for (const tab of form.querySelectorAll("a[data-stand]")) {
            const number = tab.querySelector(".count");
            if (number)
                number.textContent = String(questions.filter((question) => standsAs(question, tab.dataset["stand"] ?? "")).length);
        }
    }
    function picked() {
        return questions.filter((question) => box(question).checked);
    }
    function tellPicked() {
        const count = picked().length;
        say(count === 0 ? "nothing is selected" : `${count} selected${count > most ? `; at most ${most} are accepted together` : ""}`);
    }
    function select(question, focus, open) {
        if (current) {
            link(current).removeAttribute("aria-current");
            link(current).tabIndex = -1;
            box(current).tabIndex = -1;
        }
        current = question;
        question.element.hidden = false;
        link(question).setAttribute("aria-current", "true");
        link(question).tabIndex = 0;
        box(question).tabIndex = 0;
        if (focus)
            link(question).focus({ preventScroll: true });
        question.element.scrollIntoView({ block: "nearest" });
        const hash = `#${encodeURIComponent(question.place)}`;
        if (open && narrow.matches && !root.classList.contains("reading")) {
            history.pushState({ reading: true }, "", hash);
            root.classList.add("reading");
        }
        else if (open)
            history.replaceState(history.state, "", hash);
        if (open)
            void load(question, false);
    }
    function move(by, only = () => true) {
        const at = current ? shown.indexOf(current) : -1;
        for (let next = at + by; next >= 0 && next < shown.length; next += by) {
            const question = shown[next];
            if (question && only(question))
                return select(question, !root.classList.contains("reading"), true);
        }
        say(by > 0 ? "there is none further down" : "there is none further up");
    }
    function next() {
        const at = current ? shown.indexOf(current) : -1;
        const question = shown.slice(at + 1).find(isOpen) ?? shown.find((one) => isOpen(one) && one !== current);
        if (question)
            select(question, !root.classList.contains("reading"), true);
        else
            say("nothing is left to review here");
    }
    function get(question) {
        const known = ready.get(question.place);
        if (known)
            return known;
        const asked = ask(link(question).getAttribute("href") ?? "", {}).then(async (response) => {
            const text = await response.text();
            if (!response.ok)
                throw new Refused(text);
            return text;
        });
        asked.catch(() => ready.delete(question.place));
        ready.set(question.place, asked);
        return asked;
    }
    async function load(question, anew) {
        loading?.abort();
        const mine = (loading = new AbortController());
        if (anew)
            ready.delete(question.place);
        const slow = setTimeout(() => detail.setAttribute("aria-busy", "true"), 150);
        try {
            if (!ready.has(question.place))
                await pause(40);
            if (mine.signal.aborted)
                return;
            const text = await get(question);
            if (mine.signal.aborted)
                return;
            put(question, text);
            ahead();
        }
        catch (error) {
            if (mine.signal.aborted)
                return;
            detail.replaceChildren(trouble("The question cannot be shown now", error instanceof Refused ? error.words : "The server cannot be reached.", () => load(question, true)));
        }
        finally {
            clearTimeout(slow);
            if (loading === mine)
                detail.removeAttribute("aria-busy");
        }
    }
    function ahead() {
        const at = current ? shown.indexOf(current) : -1;
        const after = [shown[at + 1], shown.slice(at + 1).find(isOpen)].filter((one) => one !== undefined);
        for (const place of ready.keys()) {
            if (ready.size > 8 && place !== current?.place && !after.some((one) => one.place === place))
                ready.delete(place);
        }
        for (const question of after)
            get(question).catch(() => undefined);
    }
    function put(question, html) {
        detail.innerHTML = html;
        detail.scrollTop = 0;
        if (narrow.matches && root.classList.contains("reading"))
            scrollTo(0, 0);
        document.dispatchEvent(new CustomEvent("htmx:afterSwap", { detail: { target: detail } }));
        const draft = drafts()[question.place];
        for (const [name, text] of Object.entries(draft ?? {})) {
            const field = detail.querySelector(`[name="${name}"]`);
            if (!field || field.value === text)
                continue;
            field.value = text;
            field.closest("details")?.setAttribute("open", "");
        }
    }
    function drafts() {
        return JSON.parse(sessionStorage.getItem(`review-${id}`) ?? "{}");
    }
    function keep(place, change) {
        const all = drafts();
        if (change)
            all[place] = { ...all[place], ...change };
        else
            delete all[place];
        sessionStorage.setItem(`review-${id}`, JSON.stringify(all));
    }
    function reveal(name) {
        const part = detail.querySelector(`#${name}`);
        if (!part)
            return say("this cannot be decided here");
        part.open = true;
        part.querySelector("textarea, input")?.focus();
    }
    function submitted(event) {
        const sent = event.target;
        if (sent === form) {
            event.preventDefault();
            return;
        }
        if (sent.id === "accept-all") {
            event.preventDefault();
            void acceptAll(sent);
            return;
        }
        if (!current || !["decision", "asking"].includes(sent.id))
            return;
        event.preventDefault();
        const data = new FormData(sent, event.submitter);
        const what = String(data.get("what") ?? "assign");
        if (sent.id === "decision" && !data.has("what"))
            return;
        const words = what === "accept" ? "accepted" : what === "edit" ? "asked for other words at" : what === "reject" ? "rejected" : what === "undo" ? "took back" : what === "assign" ? "asked about" : "gave another answer to";
        const fields = [...data].map(([name, value]) => [name, String(value)]);
        void send({ path: sent.getAttribute("action") ?? "", fields: fields.filter(([name]) => name !== "text" || what === "edit"), question: current, words, goesOn: !["undo", "assign"].includes(what) });
    }
    async function send(what) {
        if (sending)
            return say("the last one is still being sent");
        const { question } = what;
        sending = true;
        question.element.classList.add("sending");
        say(`sending ${question.place}…`);
        try {
            const body = new URLSearchParams([...what.fields, ["since", String(seen)]]);
            const sent = ask(what.path, { method: "POST", body }).then(async (response) => ({ ok: response.ok, text: await response.text() }));
            const answer = await sent.catch(() => undefined);
            if (!answer)
                return failed(what, "The server cannot be reached.");
            const { ok, text } = answer;
            if (ok) {
                keep(question.place, undefined);
                update(text, true);
                undone.push(question);
                const left = questions.filter((one) => standsAs(one, "review")).length;
                if (what.goesOn && current === question)
                    next();
                else if (current === question)
                    await load(question, true);
                say(`${what.words} ${question.place}, ${left} left to review`);
            }
            else if (text.includes("<article")) {
                ready.delete(question.place);
                if (current !== question)
                    select(question, false, false);
                put(question, text);
                if (detail.querySelector("#no textarea") && /reason/.test(detail.querySelector("[data-trouble]")?.textContent ?? ""))
                    reveal("no");
                else
                    detail.querySelector("h2")?.focus();
                say(`${question.place} was not recorded`, true);
            }
            else
                failed(what, new Refused(text).words);
        }
        finally {
            sending = false;
            question.element.classList.remove("sending");
            if (wanted)
                void refresh();
        }
    }
    function failed(what, why) {
        say(`${what.question.place}: it is not known to be recorded. ${why}`, true);
        detail.querySelector("[data-unsent]")?.remove();
        const note = trouble("This is not known to be recorded", `${why} What you typed is kept here.`, () => send(what), "Send it again");
        note.dataset["unsent"] = "";
        (detail.querySelector("article") ?? detail).prepend(note);
        note.querySelector("button")?.focus();
    }
    function undo() {
        const button = detail.querySelector('[data-key="u"]');
        if (button && current && link(current).getAttribute("aria-current"))
            return button.click();
        const last = undone.pop();
        if (!last)
            return say("there is no decision to take back");
        select(last, false, false);
        void load(last, true).then(() => detail.querySelector('[data-key="u"]')?.click());
    }
    async function together(query) {
        togetherDialog.replaceChildren(line("Reading what is proposed…"));
        if (!togetherDialog.open)
            togetherDialog.showModal();
        try {
            const response = await ask(`${base}/review/together?${query}`, {});
            togetherDialog.innerHTML = await response.text();
            togetherDialog.querySelector("#accept-these, #least")?.focus();
            togetherDialog.scrollTop = 0;
        }
        catch {
            togetherDialog.replaceChildren(trouble("The server cannot be reached", "Nothing was recorded.", () => together(query)));
        }
    }
    function openTogether() {
        const rows = picked();
        if (rows.length > most)
            return tellPicked();
        void together(rows.length ? `rows=${rows.map((question) => question.number).join(".")}` : "least=80");
    }
    async function acceptAll(sent) {
        const button = sent.querySelector("#accept-these");
        const place = sent.querySelector("#together-trouble");
        const fields = [...new FormData(sent)].map(([name, value]) => [name, String(value)]);
        if (!button || button.disabled)
            return;
        button.disabled = true;
        try {
            const response = await ask(sent.getAttribute("action") ?? "", { method: "POST", body: new URLSearchParams(fields) });
            const text = await response.text();
            if (response.ok) {
                togetherDialog.innerHTML = text;
                togetherDialog.querySelector("h2")?.focus();
                for (const question of picked())
                    box(question).checked = false;
                await refresh();
                if (current)
                    void load(current, true);
            }
            else if (place) {
                place.innerHTML = text;
                place.append(line("None of them was recorded."));
            }
        }
        catch {
            place?.replaceChildren(line("The server cannot be reached; it is not known whether they were recorded. Look at the list when it is there again."));
        }
        finally {
            button.disabled = false;
        }
    }
    function hear() {
        if (news || signal.aborted)
            return;
        news = new EventSource(`${base}/events`);
        news.addEventListener("open", () => state("live", "good"));
        news.addEventListener("news", () => void refresh());
        news.addEventListener("over", () => {
            news?.close();
            state("signed out", "gap");
            say("Your session has ended. What you typed is kept; sign in again in another tab, then load this page anew.", true);
        });
        news.addEventListener("error", () => {
            state("reconnecting…", "wait");
            if (news?.readyState === EventSource.CLOSED) {
                news = undefined;
                setTimeout(hear, 3000);
            }
        });
    }
    function state(word, colour) {
        live.hidden = false;
        live.className = `tag ${colour}`;
        live.textContent = word;
    }
    async function refresh() {
        wanted = sending || fetching;
        if (wanted || signal.aborted)
            return;
        fetching = true;
        try {
            const response = await ask(`${base}/review/rows?since=${seen}`, {});
            if (response.ok)
                update(await response.text(), false);
        }
        catch {
            state("reconnecting…", "wait");
        }
        finally {
            fetching = false;
            if (wanted)
                void refresh();
        }
    }
    function update(html, own) {
        const holder = document.createElement("template");
        holder.innerHTML = html;
        const part = holder.content.querySelector("[data-seen]");
        if (!part || Number(part.dataset["seen"]) < seen)
            return;
        seen = Number(part.dataset["seen"]);
        if (part.dataset["other"] !== undefined)
            say("The questions were read anew from the workbook: load this page again.", true);
        const told = [];
        for (const element of part.querySelectorAll("li.q")) {
            const question = byPlace.get(element.dataset["place"] ?? "");
            if (!question)
                continue;
            const words = element.dataset["told"] ?? "";
            const others = !own && words !== "" && !words.startsWith(`${me} `);
            replace(question, element);
            ready.delete(question.place);
            if (others)
                told.push(`${words}, ${question.place}`);
            if (!own && question === current)
                meanwhile(others ? `${words} just now` : "This question stands otherwise now");
        }
        count();
        if (told.length)
            say(told.length > 3 ? `${told.slice(0, 2).join("; ")} and ${told.length - 2} more` : told.join("; "));
    }
    function replace(question, element) {
        const old = question.element;
        const focused = document.activeElement === link(question);
        const [checked, hidden] = [box(question).checked, old.hidden];
        const was = link(question).getAttribute("aria-current");
        element.hidden = hidden;
        question.element = element;
        question.text = textOf(element);
        box(question).checked = checked;
        box(question).tabIndex = link(question).tabIndex = was ? 0 : -1;
        if (was)
            link(question).setAttribute("aria-current", was);
        old.replaceWith(element);
        if (focused)
            link(question).focus({ preventScroll: true });
    }
    function meanwhile(words) {
        const note = detail.querySelector(".meanwhile");
        const first = note?.querySelector("b");
        if (!note || !first)
            return;
        first.textContent = words;
        note.hidden = false;
    }
    function listen() {
        document.addEventListener("keydown", pressed, { signal });
        for (const name of ["keydown", "pointerdown", "pointermove"])
            document.addEventListener(name, awake, { signal, passive: true });
        const watch = setInterval(() => {
            if (!root.isConnected) {
                over.abort();
                news?.close();
                clearInterval(watch);
            }
            else if (Date.now() - touched > ALONE && news) {
                news.close();
                news = undefined;
                state("paused while nobody is here", "info");
            }
        }, 1000);
        root.addEventListener("submit", submitted, { signal });
        root.addEventListener("click", clicked, { signal });
        root.addEventListener("input", typed, { signal });
        addEventListener("pagehide", () => news?.close(), { signal });
        addEventListener("popstate", () => closeDetail(), { signal });
        keysOn.addEventListener("change", () => localStorage.setItem("review-keys", keysOn.checked ? "on" : "off"), { signal });
    }
    function awake() {
        touched = Date.now();
        if (!news)
            hear();
    }
    function typed(event) {
        const field = event.target;
        if (field.form === form && field.name in filters) {
            filters = { ...filters, [field.name]: field.value };
            apply();
        }
        else if (current && detail.contains(field) && ["text", "reason", "to"].includes(field.name))
            keep(current.place, { [field.name]: field.value });
        else if (field.name === "item") {
            const left = togetherDialog.querySelectorAll('input[name="item"]:checked').length;
            const button = togetherDialog.querySelector("#accept-these");
            if (button)
                [button.textContent, button.disabled] = [`Accept these ${left}`, left === 0];
        }
        else if (field.matches("li.q > input"))
            tellPicked();
    }
    function clicked(event) {
        const target = event.target;
        const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
        const row = target.closest("li.q");
        const question = row ? byPlace.get(row.dataset["place"] ?? "") : undefined;
        if (question && target.closest("a") && plain) {
            event.preventDefault();
            select(question, false, true);
        }
        else if (question && target.matches("input") && event.shiftKey && anchor)
            range(anchor, question, box(question).checked);
        if (question && target.matches("input"))
            anchor = question;
        const tab = target.closest("a[data-stand]");
        if (tab && plain) {
            event.preventDefault();
            filters = { ...filters, stand: tab.dataset["stand"] ?? "" };
            apply();
        }
        const shows = target.closest("[data-shows]")?.dataset["shows"];
        if (shows)
            reveal(shows);
        if (target.closest("[data-back]"))
            back();
        if (target.closest("[data-again]") && current)
            void load(current, true);
        if (target.closest("#bulk"))
            openTogether();
        if (target.closest("#all")) {
            filters = { stand: "", sheet: "", band: "", words: "", sort: filters.sort };
            form.reset();
            for (const name of ["sheet", "band", "words"])
                form.querySelector(`[name="${name}"]`)?.setAttribute("value", "");
            apply();
        }
        if (target.closest("#look-least"))
            void together(`least=${encodeURIComponent(togetherDialog.querySelector("#least")?.value ?? "80")}`);
    }
    function range(from, to, on) {
        const ends = [shown.indexOf(from), shown.indexOf(to)].sort((a, b) => a - b);
        for (const question of shown.slice(Math.max(0, ends[0] ?? 0), (ends[1] ?? -1) + 1))
            box(question).checked = on;
        tellPicked();
    }
    function back() {
        if (root.classList.contains("reading"))
            history.back();
        else if (current)
            link(current).focus();
    }
    function closeDetail() {
        if (!root.classList.contains("reading"))
            return;
        root.classList.remove("reading");
        if (current) {
            current.element.scrollIntoView({ block: "nearest" });
            link(current).focus({ preventScroll: true });
        }
    }
    function pressed(event) {
        const target = event.target;
        const field = target.matches("textarea, select, input:not([type=checkbox])") || target.isContentEditable;
        if (field && event.key === "Escape" && root.contains(target) && !target.closest("dialog")) {
            event.preventDefault();
            return detail.contains(target) ? detail.querySelector("h2")?.focus() : current && link(current).focus();
        }
        if (field && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            return target.closest("details")?.querySelector("button")?.click();
        }
        if (field || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]"))
            return;
        if (event.key === "Escape")
            return back();
        const arrow = event.key === "ArrowDown" || event.key === "ArrowUp";
        if (arrow && (detail.contains(target) || !(list.contains(target) || target === document.body)))
            return;
        if (!arrow && !keysOn.checked)
            return;
        if (key(event.key, event.shiftKey, target))
            event.preventDefault();
    }
    function key(name, shift, target) {
        const release = waitsForR > Date.now() - 1500 && name === "r";
        waitsForR = name === "g" ? Date.now() : 0;
        if (release)
            return need("release").click(), true;
        const button = /^[1-9aers]$/.test(name) ? detail.querySelector(`[data-key="${name}"]`) : null;
        switch (name) {
            case "j":
            case "ArrowDown": return move(1), true;
            case "k":
            case "ArrowUp": return move(-1), true;
            case "n": return next(), true;
            case "o": return open(), true;
            case "Enter": return target === document.body && (open(), true);
            case "u": return decides && (undo(), true);
            case "/": return form.querySelector("#words")?.focus(), true;
            case "f": return cycle(), true;
            case "x":
            case "X": return pick(shift), true;
            case "b": return decides && (openTogether(), true);
            case "?": return keysDialog.showModal(), true;
            case "g": return true;
        }
        if (!/^[1-9aers]$/.test(name) || !decides)
            return false;
        if (detail.getAttribute("aria-busy") || detail.querySelector("article")?.getAttribute("data-place") !== current?.place)
            say("the question is still being read");
        else if (button && !sending)
            button.click();
        else if (!button)
            say(name === "a" ? "there is nothing to accept here" : "there is no such choice here");
        return true;
    }
    function open() {
        if (!current)
            return;
        if (narrow.matches)
            select(current, false, true);
        detail.querySelector("h2")?.focus();
    }
    function cycle() {
        const filled = STANDS.filter((stand) => stand === "" || questions.some((question) => standsAs(question, stand)));
        filters = { ...filters, stand: filled[(filled.indexOf(filters.stand) + 1) % filled.length] ?? "" };
        apply();
    }
    function pick(toHere) {
        if (!current)
            return;
        if (toHere && anchor)
            return range(anchor, current, true);
        box(current).checked = !box(current).checked;
        anchor = current;
        tellPicked();
    }
    function say(words, urgent = false) {
        said.classList.toggle("urgent", urgent);
        said.textContent = words;
    }
}
class Refused extends Error {
    words;
    constructor(html) {
        super("refused");
        const holder = document.createElement("template");
        holder.innerHTML = html;
        this.words = holder.content.textContent?.trim().replace(/\s+/g, " ").slice(0, 400) ?? "";
    }
}
function ask(path, init) {
    const mark = document.querySelector('meta[name="ours"]')?.content ?? "";
    return fetch(path, { ...init, headers: { "hx-request": "true", "x-answerbank": mark }, signal: AbortSignal.timeout(LOST) });
}
function need(id) {
    return document.getElementById(id);
}
function link(question) {
    return question.element.lastElementChild;
}
function box(question) {
    return question.element.firstElementChild;
}
function textOf(element) {
    const words = [element.dataset["place"], element.querySelector(".at")?.textContent, element.querySelector(".asks")?.textContent];
    return words.join(" ").toLowerCase();
}
function pause(time) {
    return new Promise((done) => setTimeout(done, time));
}
function line(words) {
    const element = document.createElement("p");
    element.textContent = words;
    return element;
}
function trouble(what, why, again, word = "Try again") {
    const element = document.createElement("div");
    element.className = "notice gap";
    element.setAttribute("role", "alert");
    const first = document.createElement("b");
    first.textContent = what;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = word;
    button.addEventListener("click", () => again());
    element.append(first, line(why), button);
    return element;
}
