/* The dashboard: asks the service that it came from, draws what it answers, and sends what people do about alerts.
 *
 * Addresses are relative, so that it works under any base path. All text goes in as text, never as markup. Where one is in it stands in the
 * part of the address behind #, so that it can be kept and sent around; the token is kept for this tab alone. */
(function () {
"use strict";

var EVERY = 15000, LONGEST = 300000, TITLES = {
  data_drift: "Data drift", silence: "No records", refusal_rate: "Refusals", toxicity_rate: "Toxic answers", accuracy_drop: "Accuracy drop"
}, SHADES = {none: 0, low: 1, medium: 2, high: 3}, RANGES = [["24h", "24 h"], ["168h", "7 days"], ["720h", "30 days"], ["", "All"]],
NO_NAME = "(no name)", main = document.getElementById("main"), token = "", place = {}, data = {}, failures = 0, timer = 0, paused = false,
asking = 0, heard = {}, cursors = [], skew = 0;

/* --- small things --- */

function el(tag, has) {
  var node = document.createElement(tag), key, i;
  for (key in has || {}) {
    if (has[key] === null || has[key] === undefined || has[key] === false) continue;
    if (typeof has[key] === "function") node.addEventListener(key, has[key]);
    else node.setAttribute(key, has[key] === true ? "" : has[key]);
  }
  for (i = 2; i < arguments.length; i++) add(node, arguments[i]);
  return node;
}

function add(node, what) {
  if (Array.isArray(what)) what.forEach(function (w) { add(node, w); });
  else if (what || what === 0) node.append(what);
}

function svg(tag, has) {
  var node = document.createElementNS("http://www.w3.org/2000/svg", tag), key;
  for (key in has) node.setAttribute(key, has[key]);
  for (var i = 2; i < arguments.length; i++) if (arguments[i]) node.append(arguments[i]);
  return node;
}

function path(name, d) { return d ? svg("path", {"class": name, d: d}) : null; }
function two(n) { return (n < 10 ? "0" : "") + n; }

function when(t) {
  var d = new Date(t);
  return isNaN(d) ? "" : d.getUTCFullYear() + "-" + two(d.getUTCMonth() + 1) + "-" + two(d.getUTCDate()) + " " + two(d.getUTCHours()) + ":" + two(d.getUTCMinutes());
}

function period(p) {
  var a = when(p.from), b = when(p.to);
  return a + " – " + (a.slice(0, 10) === b.slice(0, 10) ? b.slice(11) : b);
}

function span(ms) {
  var m = Math.round(Math.abs(ms) / 60000);
  return m < 1 ? "a moment" : m < 120 ? m + " min" : m < 2880 ? Math.round(m / 60) + " h" : Math.round(m / 1440) + " days";
}

function now() { return Date.now() + skew; } /* the service's clock */
function ago(t) { return now() - t < -60000 ? "in " + span(now() - t) : span(now() - t) + " ago"; }
function since(t) { return t ? el("time", {datetime: t, "data-ago": true, title: when(t) + " UTC"}, ago(new Date(t))) : "never"; }
function at(t) { return el("time", {datetime: t}, when(t)); }
function count(n) { return String(n).replace(/\B(?=(\d{3})+$)/g, ","); }

function number(x, share) {
  if (x === null || x === undefined) return "–";
  if (share) return (100 * x).toFixed(Math.abs(x) < 0.0995 && x ? 1 : 0) + "\u202f%";
  var a = Math.abs(x);
  return a >= 1000 ? count(Math.round(x)) : a >= 100 ? x.toFixed(0) : a >= 1 || !a ? String(+x.toFixed(2)) : a < 0.001 ? x.toExponential(1) : String(+x.toPrecision(2));
}

function name(model) { return model || NO_NAME; }
function plural(n, one, many) { return count(n) + " " + (n === 1 ? one : many || one + "s"); }
function chip(shade, word) { return el("span", {"class": "chip s" + shade}, word); }
function say(text) { var s = document.getElementById("say"); s.textContent = ""; setTimeout(function () { s.textContent = text; }, 60); }
function keep(store, key, text) { try { if (text === undefined) return store.getItem(key) || ""; store.setItem(key, text); } catch (e) { return ""; } }

function verdictChip(run) {
  if (!run) return chip(4, "not checked");
  if (run.verdict === "drift") return chip(SHADES[run.severity] || 1, "drift, " + run.severity);
  return run.verdict === "no drift" ? chip(0, "no drift") : chip(4, "not judged");
}

/* --- the service --- */

function api(address, body) {
  var has = {headers: {Accept: "application/json, text/html"}, cache: "no-store", credentials: "same-origin"};
  if (token) has.headers.Authorization = "Bearer " + token;
  if (body) {
    has.method = "POST";
    has.headers["Content-Type"] = "application/json";
    has.body = JSON.stringify(body);
  }
  return fetch(address, has).then(function (answer) {
    var clock = Date.parse(answer.headers.get("Date"));
    if (clock) skew = clock - Date.now();
    if (answer.ok) return /html/.test(answer.headers.get("Content-Type")) ? answer.text() : answer.json();
    return answer.json().catch(function () { return {}; }).then(function (problem) {
      var e = new Error(problem.detail || "the service answered " + answer.status);
      e.code = answer.status;
      throw e;
    });
  });
}

/* What there is none of is no failure: nothing there yet, or not for this token. */
function perhaps(address, otherwise) {
  return api(address).catch(function (e) {
    if (e.code === 404 || e.code === 403) return otherwise;
    throw e;
  });
}

function query(has) {
  var q = new URLSearchParams();
  Object.keys(has).forEach(function (k) { if (has[k] !== "" || k === "model") q.set(k, has[k]); });
  return "?" + q;
}

/* --- where we are --- */

function read() {
  var hash = location.hash, q = new URLSearchParams(hash.split("?")[1] || ""), model = /^#\/model\?/.test(hash) ? q.get("name") : null;
  return {model: model, range: q.get("range") === null ? "168h" : q.get("range"), column: q.get("column") || "", run: q.get("run") || ""};
}

function link(change) {
  var to = Object.assign({}, place, change), q = new URLSearchParams();
  if (to.model === null) return "#/";
  q.set("name", to.model);
  if (to.range !== "168h") q.set("range", to.range);
  if (to.column) q.set("column", to.column);
  if (to.run) q.set("run", to.run);
  return "#/model?" + q;
}

/* --- what is drawn stays until it changes, and so do focus, what is unfolded and where a chart is read --- */

function put(id, what, make) {
  var region = document.getElementById(id), text = JSON.stringify(what), focus = document.activeElement, key, open;
  if (!region || region.shown === text) return;
  region.shown = text;
  key = region.contains(focus) && focus.getAttribute("data-key");
  open = [].map.call(region.querySelectorAll("details[open][data-key]"), function (d) { return d.getAttribute("data-key"); });
  region.replaceChildren();
  add(region, make());
  region.querySelectorAll("details[data-key]").forEach(function (d) { d.open = open.indexOf(d.getAttribute("data-key")) >= 0; });
  if (key) region.querySelectorAll("[data-key]").forEach(function (n) { if (n.getAttribute("data-key") === key) n.focus({preventScroll: true}); });
}

function frame(ids) {
  if (main.shown === ids.join()) return;
  main.shown = ids.join();
  main.replaceChildren();
  ids.forEach(function (id) { main.append(el("div", {id: id})); });
}

/* --- all models --- */

/* Those with records or runs, the same in every list. */
function models() {
  var all = Object.create(null); /* a model may have any name */
  data.stats.records.forEach(function (r) {
    if (!/^(inference|request|response|interaction|embedding|run)$/.test(r.record)) return;
    var m = all[r.model] = all[r.model] || {name: r.model, records: 0, last: ""};
    if (r.record === "run") return;
    m.records += r.records;
    if (r.last && r.last > m.last) m.last = r.last;
  });
  data.runs.forEach(function (run) { (all[run.model] = all[run.model] || {name: run.model, records: 0, last: ""}).run = run; });
  var list = Object.keys(all).sort().map(function (k) { return all[k]; });
  list.forEach(function (m) { m.open = data.alerts.filter(function (a) { return a.model === m.name && a.alert.state === "open"; }); });
  return list;
}

function found(run) {
  if (!run) return "";
  if (run.reason) return run.reason;
  var columns = run.top_columns || [], parts = Object.keys(run.checks || {}).filter(function (c) { return c !== "data_drift" && run.checks[c].drift; });
  var words = parts.map(function (c) { return TITLES[c] || c; });
  if (columns.length) words.unshift(columns.join(", ") + (run.drifted > columns.length ? " and " + (run.drifted - columns.length) + " more" : ""));
  return words.join("; ");
}

function modelRow(m) {
  var curve = data.trends[m.name];
  return el("tr", {},
    el("th", {scope: "row", "class": "n"}, el("a", {href: link({model: m.name, column: "", run: ""}), "data-key": "m" + m.name}, name(m.name))),
    el("td", {}, verdictChip(m.run)),
    el("td", {"class": "trend"}, curve ? trend(curve) : ""),
    el("td", {"class": "what"}, found(m.run)),
    el("td", {"data-name": "open alerts"}, m.open.length ? chip(Math.max.apply(null, m.open.map(function (a) { return SHADES[a.alert.severity]; })), String(m.open.length)) : "0"),
    el("td", {"data-name": "last check"}, m.run ? since(m.run.time) : "never"),
    el("td", {"data-name": "last record"}, m.last ? since(m.last) : "–"));
}

/* The drift share of a day, small; the numbers are on the model's own page. */
function trend(series) {
  var curve = series.curves.filter(function (c) { return c.name === "drift_share"; })[0];
  if (!curve) return "";
  var x = places(series.points), high = curve.high || curve.last, top = Math.max.apply(null, high.concat([0.05]).map(Number));
  var limit = curve.limit && curve.limit[curve.limit.length - 1];
  if (limit && limit < 1.6 * top) top = Math.max(top, limit);
  return svg("svg", {"class": "line trend", viewBox: "0 -6 1000 112", preserveAspectRatio: "none", "aria-hidden": "true"},
    limit && limit <= top ? path("rm", "M0 " + up(limit, 0, top) + "H1000") : null, path("ax", "M0 100H1000"), path("cl", line(x, high, 0, top)));
}

function showAll() {
  var list = models(), open = data.alerts.filter(function (a) { return a.alert.state === "open"; });
  var drifting = list.filter(function (m) { return m.run && m.run.drift; }).length;
  document.title = (open.length ? "(" + open.length + ") " : "") + "DriftWatch";
  frame(["top", "models", "alerts"]);
  put("top", [list.length, drifting, open.length], function () {
    return el("div", {"class": "top"}, el("h1", {}, "All models"),
      el("p", {}, plural(list.length, "model") + ", " + (drifting ? drifting + " with drift" : "none with drift") + ", " + plural(open.length, "open alert")));
  });
  put("models", [list, data.trends], function () {
    if (!list.length) return el("p", {"class": "sheet empty"}, "No records yet. POST them to /inference, and the first check follows within the interval of --every.");
    return el("div", {"class": "sheet"}, el("table", {"class": "models"}, el("caption", {}, "Models, how their last check ended, and their open alerts"),
      el("thead", {}, el("tr", {}, ["model", "last verdict", "drift share, 24 h", "found", "open alerts", "last check", "last record"].map(function (t) { return el("th", {scope: "col"}, t); }))),
      el("tbody", {}, list.map(modelRow))));
  });
  put("alerts", open, function () {
    return [el("div", {"class": "section"}, el("h2", {}, "Open alerts")), alertList(open, true)];
  });
}

/* --- alerts --- */

function alertList(alerts, named) {
  if (!alerts.length) return el("p", {"class": "sheet empty"}, "No alert is open.");
  alerts = alerts.slice().sort(function (a, b) { return SHADES[b.alert.severity] - SHADES[a.alert.severity]; });
  return el("div", {"class": "sheet"}, el("ul", {"class": "alerts"}, alerts.map(function (a) { return alertItem(a, named); })));
}

function deed(word, key, a, main) {
  return el("button", {type: "button", "class": main ? "main" : null, "data-key": key + a.model + "/" + a.check,
    "aria-label": word.replace("…", "") + ": " + TITLES[a.check] + " of " + name(a.model), click: function () { ask(key, a); }}, word);
}

function alertItem(a, named) {
  var s = a.alert, ack = s.acknowledged, open = s.state === "open";
  return el("li", {},
    open ? chip(SHADES[s.severity], s.severity) : chip(s.passing ? 0 : s.failing ? 1 : 4, s.passing ? "passing" : s.failing ? "failing" : "not judged"),
    el("div", {},
      el("p", {}, el("b", {}, TITLES[a.check] || a.check), named ? [" of ", el("a", {href: link({model: a.model, column: "", run: ""}), "data-key": "al" + a.model + a.check}, name(a.model))] : ""),
      el("p", {"class": "note"}, open ? ["opened ", since(s.opened), ", " + plural(s.failing, "failing check") + " in a row" + (s.passing ? ", then " + s.passing + " passing" : "")] :
        s.failing ? plural(s.failing, "failing check") + " in a row, not open yet" : s.passing ? plural(s.passing, "passing check") + " in a row" : "too little to judge"),
      ack ? el("p", {"class": "note"}, "acknowledged by " + (ack.who || "?") + ", ", since(ack.time), ack.why ? ": " + ack.why : "") : "",
      a.silenced ? el("p", {"class": "note"}, "silenced: nobody is told") : ""),
    open ? el("div", {"class": "deeds"}, ack ? deed("Undo…", "undo", a) : deed("Acknowledge…", "ack", a, true), deed("Silence…", "silence", a)) : "");
}

function field(label, input) { return el("label", {}, label, input); }

/* One dialog for the three deeds. who is remembered; with a token it may be left out, and is the token's name. */
function ask(what, a) {
  var box = document.getElementById("ask"), titles = {ack: "Acknowledge", undo: "Take the acknowledgement back", silence: "Silence"};
  var notes = {ack: "It is not repeated until its state or severity changes.", undo: "Receivers hear of it again.", silence: "Nobody is told until then."};
  var who = el("input", {name: "who", maxlength: 60, autocomplete: "name", required: !token, value: keep(localStorage, "driftwatch-who")});
  var why = el("input", {name: "why", maxlength: 200, autocomplete: "off"}), wrong = el("p", {"class": "warn", role: "alert"});
  var until = el("select", {name: "until"}, [[1, "an hour"], [4, "4 hours"], [24, "a day"], [168, "a week"]].map(function (o) { return el("option", {value: o[0]}, o[1]); }));
  var scope = el("select", {name: "check"}, el("option", {value: a.check}, "this check"), el("option", {value: "*"}, "all checks of the model"));
  var send = el("button", {type: "submit", "class": "main"}, titles[what].split(" ")[0] === "Take" ? "Take back" : titles[what]);
  var form = el("form", {method: "dialog", submit: function (event) {
    var body = {model: a.model, check: what === "silence" ? scope.value : a.check};
    event.preventDefault();
    if (who.value.trim()) body.who = who.value.trim();
    if (why.value.trim()) body.why = why.value.trim();
    if (what === "silence") body.until = new Date(now() + 3600000 * until.value).toISOString().slice(0, 19) + "Z";
    keep(localStorage, "driftwatch-who", who.value.trim());
    send.disabled = true;
    wrong.textContent = "";
    api("alerts/" + what, body).then(function () {
      box.close();
      say({ack: "Acknowledged", undo: "Taken back", silence: "Silenced"}[what] + ": " + (TITLES[a.check] || a.check) + " of " + name(a.model));
      refresh();
    }).catch(function (e) {
      send.disabled = false;
      wrong.textContent = e.message;
    });
  }}, el("h2", {id: "ask-title"}, titles[what]),
    el("p", {"class": "note"}, (TITLES[a.check] || a.check) + " of " + name(a.model) + ". " + notes[what]),
    what === "silence" ? [field("For", until), field("What", scope)] : "", field("Who", who), field("Why (may be left out)", why), wrong,
    el("div", {"class": "deeds"}, el("button", {type: "button", click: function () { box.close(); }}, "Cancel"), send));
  box.replaceChildren(form);
  box.showModal();
  (who.value ? what === "silence" ? until : why : who).focus();
}

/* --- curves --- */

function places(points) {
  var n = points.from.length, a = points.from[0], b = points.to[n - 1];
  return points.from.map(function (f, i) { return b > a ? ((f + points.to[i]) / 2 - a) / (b - a) * 1000 : 500; });
}

function up(v, low, high) { return +(100 - 100 * (high > low ? Math.min(1, Math.max(0, (v - low) / (high - low))) : 0.5)).toFixed(1); }
function isNumber(v) { return typeof v === "number"; }

/* Where the next run is so far away that some are missing, the line is broken. */
function gap(x) {
  var steps = x.slice(1).map(function (v, i) { return v - x[i]; }).sort(function (a, b) { return a - b; });
  return Math.max(3.5 * (steps[Math.floor(steps.length / 2)] || 0), 5);
}

function runs(x, values) {
  var all = [], now = null, most = gap(x);
  values.forEach(function (v, i) {
    if (!isNumber(v)) { now = null; return; }
    if (now && x[i] - x[now[now.length - 1]] > most) now = null;
    if (!now) all.push(now = []);
    now.push(i);
  });
  return all;
}

function line(x, values, low, high) {
  return runs(x, values).map(function (r) {
    return r.map(function (i, k) { return (k ? "L" : "M") + x[i].toFixed(1) + " " + up(values[i], low, high); }).join("") + (r.length === 1 ? "h0" : "");
  }).join("");
}

function band(x, a, b, low, high) {
  return runs(x, a).map(function (r) {
    return "M" + r.map(function (i) { return x[i].toFixed(1) + " " + up(b[i], low, high); }).join("L") + "L" +
      r.slice().reverse().map(function (i) { return x[i].toFixed(1) + " " + up(a[i], low, high); }).join("L") + "z";
  }).join("");
}

function steps(x, limits, low, high) {
  var d = "", before = null;
  limits.forEach(function (v, i) {
    if (!isNumber(v)) { before = null; return; }
    var y = up(v, low, high), from = i ? (x[i - 1] + x[i]) / 2 : 0;
    d += before === null ? "M" + from.toFixed(1) + " " + y : y !== before ? "H" + from.toFixed(1) + "V" + y : "";
    d += "H" + (i + 1 < x.length ? (x[i] + x[i + 1]) / 2 : 1000).toFixed(1);
    before = y;
  });
  return d;
}

/* Where a version of the model began, as lines up and down. */
function beginnings(points) {
  var a = points.from[0], b = points.to[points.to.length - 1];
  return path("vs", (data.versions || []).map(function (v) {
    var t = new Date(v.time).getTime();
    return t >= a && t <= b && b > a ? "M" + ((t - a) / (b - a) * 1000).toFixed(1) + " 0V100" : "";
  }).join(""));
}

/* What each curve is called, and on which side of its limit drift is. */
var CURVES = {
  drift_share: {title: "Drift share", note: "columns that drifted, of those compared", share: true, floor: 0},
  kl_divergence: {title: "KL divergence of the confidence", note: "the seeds’ rule: above 0.1", floor: 0, need: 0.12},
  cosine_similarity: {title: "Cosine similarity of the confidence", note: "the seeds’ rule: below 0.9", below: true, ceiling: 1, least: 0},
  refusal_rate: {title: "Refusals", note: "share of answers, 7 days", share: true, floor: 0},
  toxicity_rate: {title: "Toxic answers", note: "share of answers, 7 days", share: true, floor: 0},
  metric: {title: "Accuracy", note: "7 days; grey: 30 days before", below: true, share: true},
  rows: {title: "Records in the window", note: "of each check", floor: 0},
  column_h: {title: "Change of share (h)", note: "the share that changed most", floor: 0},
  column_score: {title: "Score", note: "what is held to the threshold: an adjusted p-value, or a distance", floor: 0}
};

function extent(all, kind) {
  var values = all.filter(isNumber), low = Math.min.apply(null, values), high = Math.max.apply(null, values), room;
  if (kind.need) high = Math.max(high, kind.need);
  room = (high - low || Math.abs(high) || 1) * 0.08;
  return [kind.floor !== undefined ? kind.floor : kind.least !== undefined && low >= kind.least ? Math.max(kind.least, low - room) : low - room, kind.ceiling !== undefined ? kind.ceiling : kind.share && high <= 1 ? Math.min(1, high + room) : high + room];
}

/* A chart: a figure whose plot is also a slider over its points, so that arrow keys read what a pointer reads; Enter opens the run. */
function chart(curve, series, second) {
  var kind = Object.assign({title: curve.name}, CURVES[curve.name]);
  if (curve.metric === "feedback") Object.assign(kind, {title: "Feedback", note: "mean of 7 days; grey: 30 days before", share: false});
  if (curve.method) kind.title += " (" + curve.method + ")";
  var p = series.points, x = places(p), low = curve.low || curve.last, high = curve.high || curve.last;
  var limits = curve.limit || [], e = extent(low.concat(high, limits, second ? second.last : []), kind), a = e[0], b = e[1];
  var far = kind.below ? low : high, limit = limits.filter(isNumber).pop(), over = "", overs = 0, last = curve.last.length - 1;
  far.forEach(function (v, i) {
    if (!isNumber(v) || !isNumber(limits[i]) || curve.name === "column_score" || !(kind.below ? v < limits[i] : v > limits[i])) return;
    over += "M" + x[i].toFixed(1) + " " + up(v, a, b) + "h0";
    overs++;
  });
  while (last > 0 && !isNumber(curve.last[last])) last--;
  function value(i) { return number(curve.last[i], kind.share); }
  function spread(i) { return curve.low && p.runs[i] > 1 && curve.low[i] !== curve.high[i] ? " (" + number(low[i], kind.share) + " to " + number(high[i], kind.share) + " in " + plural(p.runs[i], "run") + ")" : ""; }
  function rest(i) {
    return (isNumber(limits[i]) ? ", limit " + number(limits[i], kind.share) : "") + (second && isNumber(second.last[i]) ? ", before " + number(second.last[i], kind.share) : "") +
      (curve.known && isNumber(curve.known[i]) ? ", known of " + count(curve.known[i]) + " in " + count(curve.rows[i]) + " records" : "");
  }
  var covered = curve.known && isNumber(curve.known[last]) && curve.rows[last] ? "; known of " + number(curve.known[last] / curve.rows[last], true) + " of the records" : "";
  var summary = kind.title + ": " + value(last) + (isNumber(limit) ? ", limit " + number(limit, kind.share) : "") + ", " + (overs ? plural(overs, "point") + " beyond it" : "none beyond it") +
    ". From " + when(p.from[0]) + " to " + when(p.to[p.to.length - 1]) + ".";
  var plot = reader(svg("svg", {"class": "line curve", viewBox: "0 0 1000 100", preserveAspectRatio: "none", "aria-hidden": "true"},
    path("band", curve.low ? band(x, low, high, a, b) : ""), path("rm", steps(x, limits, a, b)), second ? path("rl", line(x, second.last, a, b)) : null,
    beginnings(p), path("cl", line(x, curve.last, a, b)), path("al", over)), {
      series: series, label: summary, key: "c" + curve.name + (curve.method || ""),
      text: function (i) { return when(p.to[i]) + "\u2002" + value(i) + spread(i) + rest(i); },
      y: function (i) { return isNumber(curve.last[i]) ? up(curve.last[i], a, b) : null; }
    });
  plot.firstChild.after(el("span", {"class": "hi", "aria-hidden": "true"}, number(b, kind.share)), el("span", {"class": "lo", "aria-hidden": "true"}, number(a, kind.share)));
  if (isNumber(limit)) {
    var y = up(limit, a, b);
    if (y > 14 && y < 86) { var mark = el("span", {"class": "li", "aria-hidden": "true"}, number(limit, kind.share)); mark.style.top = y + "%"; plot.append(mark); }
  }
  return el("figure", {"class": "curves"},
    el("figcaption", {}, el("h3", {}, kind.title), el("b", {}, value(last)), el("p", {}, (kind.note || "") + covered)),
    plot, el("div", {"class": "foot"}, axis(p), plot.read), fold("t" + curve.name + (curve.method || ""), function () {
      return table(["time", kind.title, "lowest", "highest", "limit", "runs"], p.to.map(function (t, i) {
        return [when(t), value(i), number(low[i], kind.share), number(high[i], kind.share), number(limits[i], kind.share), p.runs[i]];
      }));
    }));
}

function axis(points, flush) {
  var a = points.from[0], b = points.to[points.to.length - 1];
  return el("div", {"class": "axis" + (flush ? " flush" : ""), "aria-hidden": "true"}, el("span", {}, when(a)), b > a ? el("span", {}, when(b)) : "");
}

function fold(key, make) {
  return el("details", {"data-key": key, toggle: function () { if (this.open && !this.querySelector("table")) this.append(make()); }}, el("summary", {}, "As a table"));
}

function table(heads, rows) {
  return el("div", {"class": "wide", tabindex: 0, role: "region", "aria-label": "Table"}, el("table", {"class": "data"},
    el("thead", {}, el("tr", {}, heads.map(function (h) { return el("th", {scope: "col"}, h); }))),
    el("tbody", {}, rows.map(function (r) { return el("tr", {}, r.map(function (c, i) { return el(i ? "td" : "th", i ? {} : {scope: "row"}, String(c)); })); }))));
}

function openRun(id) { if (id) location.hash = link({run: id}); }

/* All charts of one series are read at the same point. */
function reader(picture, has) {
  var p = has.series.points, x = places(p), n = x.length, mark = el("i", {hidden: true}), dot = el("i", {"class": "dot", hidden: true}), now = n - 1;
  var plot = el("div", {"class": "plot" + (has.strip ? " strip" : ""), tabindex: 0, role: "slider", "data-key": has.key, "aria-label": has.label,
    "aria-valuemin": 0, "aria-valuemax": n - 1, "aria-valuenow": n - 1, "aria-valuetext": has.text(n - 1)}, picture, mark, dot);
  plot.read = el("p", {"class": "read", "aria-hidden": "true"});
  function show(i) {
    now = i;
    plot.read.textContent = has.text(i);
    mark.hidden = false;
    mark.style.left = x[i] / 10 + "%";
    var y = has.y ? has.y(i) : null;
    dot.hidden = y === null;
    if (y !== null) { dot.style.left = x[i] / 10 + "%"; dot.style.top = y + "%"; }
    plot.setAttribute("aria-valuenow", i);
    plot.setAttribute("aria-valuetext", has.text(i).replace("\u2002", ": "));
  }
  function hide() { mark.hidden = dot.hidden = true; plot.read.textContent = ""; }
  function all(i) { cursors.forEach(function (c) { if (c.series === has.series) { if (i === null) c.hide(); else c.show(i); } }); }
  function nearest(event) {
    var box = plot.getBoundingClientRect(), to = (event.clientX - box.left) / box.width * 1000, best = 0;
    for (var i = 1; i < n; i++) if (Math.abs(x[i] - to) < Math.abs(x[best] - to)) best = i;
    return best;
  }
  cursors.push({plot: plot, series: has.series, show: show, hide: hide});
  plot.addEventListener("pointermove", function (event) { all(nearest(event)); });
  plot.addEventListener("pointerleave", function () { if (document.activeElement !== plot) all(null); });
  plot.addEventListener("click", function (event) { openRun(p.run[nearest(event)]); });
  plot.addEventListener("focus", function () { if (plot.matches(":focus-visible")) all(now); });
  plot.addEventListener("blur", function () { all(null); });
  plot.addEventListener("keydown", function (event) {
    var to = {ArrowLeft: now - 1, ArrowDown: now - 1, ArrowRight: now + 1, ArrowUp: now + 1, Home: 0, End: n - 1, PageUp: now + 10, PageDown: now - 10}[event.key];
    if (event.key === "Enter") openRun(p.run[now]);
    else if (to === undefined) return;
    else all(Math.max(0, Math.min(n - 1, to)));
    event.preventDefault();
  });
  return plot;
}

/* How each run ended, as a strip: the way to pick one. */
function verdicts(series) {
  var p = series.points, x = places(p), n = x.length, wide = gap(x) / 3.5, d = ["", "", "", "", ""], drift = 0;
  x.forEach(function (c, i) {
    var from = i ? Math.max((x[i - 1] + c) / 2, c - wide) : Math.max(0, c - wide), to = i + 1 < n ? Math.min((c + x[i + 1]) / 2, c + wide) : Math.min(1000, c + wide);
    var k = p.drift[i] ? SHADES[p.severity[i]] || 1 : p.not_judged[i] === p.runs[i] ? 4 : 0, t = k === 4 ? 0 : 100 - 100 * (k ? Math.max(0.2, p.drift[i] / p.runs[i]) : 1);
    function box(k, t) { d[k] += "M" + from.toFixed(1) + " " + t.toFixed(0) + "H" + to.toFixed(1) + "V100H" + from.toFixed(1) + "z"; }
    if (k !== 4) box(0, 0);
    if (k) box(k, t);
    drift += p.drift[i];
  });
  function word(i) { return p.drift[i] ? "drift, " + p.severity[i] + (p.runs[i] > 1 ? " (" + p.drift[i] + " of " + plural(p.runs[i], "run") + ")" : "") : p.not_judged[i] === p.runs[i] ? "not judged" : "no drift"; }
  var plot = reader(svg("svg", {"class": "verdicts", viewBox: "0 0 1000 100", preserveAspectRatio: "none", "aria-hidden": "true"}, path("v0", d[0]),
    path("v1", d[1]), path("v2", d[2]), path("v3", d[3]), path("v4", d[4]), beginnings(p)), {
      series: series, strip: true, key: "verdicts", label: "How each check ended: drift in " + drift + " of " + series.runs + ". Enter opens a check.",
      text: function (i) { return when(p.to[i]) + "\u2002" + word(i); }
    });
  return el("figure", {"class": "whole"}, el("figcaption", {}, el("h3", {}, "Checks"), el("b", {}, drift + " of " + plural(series.runs, "check") + " found drift"),
    el("p", {}, "A click, or Enter, opens a check with its histograms." + (data.versions && data.versions.length ? " Dotted: a new version of the model." : ""))), plot, el("div", {"class": "foot"}, axis(p, true), plot.read),
    el("p", {"class": "legend keys", "aria-hidden": "true"}, [["v0", "no drift"], ["v1", "low"], ["v2", "medium"], ["v3", "high"], ["v4", "not judged"]].map(function (k) {
      return el("span", {}, el("span", {"class": "key " + k[0]}), k[1]);
    })), fold("tverdicts", function () {
      return table(["time", "verdict", "runs", "with drift", "not judged"], p.to.map(function (t, i) { return [when(t), word(i), p.runs[i], p.drift[i], p.not_judged[i]]; }));
    }));
}

/* --- columns by runs --- */

/* A long name goes on in the next line behind an underscore or a dot. */
function breaks(text) {
  return text.split(/([_.])/).map(function (t) { return t === "_" || t === "." ? [t, el("wbr")] : t; });
}

function heat(series) {
  var map = series.map, n = map.from.length, reading = el("p", {"class": "read", "aria-hidden": "true"});
  function strip(row) {
    var d = {};
    row.severity.forEach(function (s, i) {
      if (s === null) return;
      var h = row.h[i] || 0, part = row.drifts[i] / map.runs[i];
      box("q" + (h < 0.1 || s !== "none" ? 0 : h < 0.2 ? 1 : h < 0.35 ? 2 : 3), 3, 13);
      if (s !== "none") box("v" + (SHADES[s] || 1), 16 - 16 * Math.max(0.3, part), 16);
      function box(k, t, b) { d[k] = (d[k] || "") + "M" + (i + 0.04) + " " + t.toFixed(1) + "h.92V" + b + "h-.92z"; }
    });
    var node = svg("svg", {viewBox: "0 0 " + n + " 16", preserveAspectRatio: "none", "aria-hidden": "true"});
    Object.keys(d).sort().forEach(function (k) { node.append(path(k, d[k])); });
    function cell(event) { var box = node.getBoundingClientRect(); return Math.max(0, Math.min(n - 1, Math.floor((event.clientX - box.left) / box.width * n))); }
    node.addEventListener("pointermove", function (event) {
      var i = cell(event);
      reading.textContent = when(map.to[i]) + "\u2002" + row.column + ": " + (row.severity[i] === null ? "not compared" : (row.severity[i] === "none" ? "no drift" : "drift, " + row.severity[i] + (map.runs[i] > 1 ? " (" + row.drifts[i] + " of " + plural(map.runs[i], "check") + ")" : "")) + ", h " + number(row.h[i]));
    });
    node.addEventListener("pointerleave", function () { reading.textContent = ""; });
    node.addEventListener("click", function (event) { openRun(map.run[cell(event)]); });
    return node;
  }
  return el("div", {"class": "sheet"}, el("table", {"class": "heat"}, el("caption", {}, "Columns, in how many checks each drifted, and its largest change of late"),
    el("thead", {}, el("tr", {}, el("th", {scope: "col"}, "column"), el("th", {scope: "col"}, "checks"), el("th", {scope: "col", "class": "num"}, "drift"), el("th", {scope: "col", "class": "num last"}, "last h"))),
    el("tbody", {}, map.columns.map(function (row) {
      var on = place.column === row.column;
      return el("tr", {"class": on ? "on" : null}, el("th", {scope: "row"}, el("button", {type: "button", "class": "bare", "data-key": "col" + row.column, "aria-pressed": on ? "true" : "false",
        click: function () { location.hash = link({column: on ? "" : row.column}); }}, breaks(row.column))), el("td", {}, strip(row)),
        el("td", {"class": "num"}, row.drift ? count(row.drift) + "×" : "–"), el("td", {"class": "num last"}, number(row.h.filter(isNumber).pop())));
    }))), el("div", {"class": "foot"}, el("div", {"class": "axis", "aria-hidden": "true"}, el("span", {}, when(map.from[0])), el("span", {}, when(map.to[n - 1]))), reading),
    el("p", {"class": "legend keys", "aria-hidden": "true"}, [["q0", "no change"], ["q3", "change, no drift"], ["v1", "drift, low"], ["v2", "medium"], ["v3", "high"]].map(function (k) { return el("span", {}, el("span", {"class": "key " + k[0]}), k[1]); })),
    map.left_out ? el("p", {"class": "note"}, plural(map.left_out, "more column") + ", which drifted less often") : "");
}

/* --- a model --- */

function share(run) {
  var drifted = 0, columns = 0, limit = null;
  (run.comparisons || []).forEach(function (c) { drifted += c.summary.drifted || 0; columns += c.summary.columns || 0; limit = c.summary.drift_share_threshold; });
  return columns ? {drifted: drifted, columns: columns, limit: limit} : null;
}

function verdict(m) {
  var run = m.run, s = run && share(run), shade = !run || run.verdict === "not judged" ? 4 : run.drift ? SHADES[run.severity] || 1 : 0;
  var words = {drift: "Drift", "no drift": "No drift", "not judged": "Not judged"};
  return el("section", {"class": "verdict s" + shade, "aria-label": "Last check"},
    el("p", {"class": "answer"}, run ? words[run.verdict] || run.verdict : "Not checked yet", run && run.drift ? el("span", {}, run.severity + ", as of its worst check") : ""),
    el("p", {"class": "lead"}, !run ? "The first check follows within the interval of --every." : found(run) || (run.drift ? "" : "Nothing that it looked at has drifted.")),
    s ? el("div", {"class": "share"}, svg("svg", {"class": "meter", viewBox: "0 0 1000 12", preserveAspectRatio: "none", role: "img", "aria-label": s.drifted + " of " + plural(s.columns, "column") + " drifted"},
      path("mt", "M0 3H1000V9H0z"), s.drifted ? path("ms", "M0 3H" + Math.round(1000 * s.drifted / s.columns) + "V9H0z") : null, isNumber(s.limit) ? path("ml", "M" + 1000 * s.limit + " 0V12") : null),
      el("p", {}, s.drifted + " of " + plural(s.columns, "column") + " drifted" + (isNumber(s.limit) ? "; the mark is where the data set is said to drift" : ""))) : "",
    el("dl", {"class": "facts"}, [
      ["last check", run ? since(run.time) : "never"], ["window", run ? period(run.window) : "–"],
      ["records in it", run ? count(run.rows) : "–"], ["baseline", run ? count(run.baseline.rows) + ", " + run.baseline.rule : "–"],
      ["last record", m.last ? since(m.last) : "–"], ["open alerts", String(m.open.length)]
    ].map(function (f) { return el("div", {}, el("dt", {}, f[0]), el("dd", {}, f[1])); })));
}

function ranges() {
  return el("div", {"class": "rangeset", role: "group", "aria-label": "How far back"}, RANGES.map(function (r) {
    return el("button", {type: "button", "data-key": "r" + r[0], "aria-pressed": place.range === r[0] ? "true" : "false", click: function () { location.hash = link({range: r[0]}); }}, r[1]);
  }));
}

function charts(series, which) {
  var before = series.curves.filter(function (c) { return c.name === "metric_before"; })[0], drawn = [];
  which.forEach(function (n) {
    series.curves.forEach(function (c) { if (c.name === n) drawn.push(chart(c, series, n === "metric" ? before : null)); });
  });
  return drawn;
}

/* What happened to alerts, the newest first. */
function feed(rows) {
  var changes = {opened: "opened", closed: "is over", severity: "changed its severity"};
  return el("div", {"class": "sheet"}, rows.length ? el("ul", {"class": "feed"}, rows.map(function (r) {
    var title = TITLES[r.check] || r.check, who = r.who ? " by " + r.who : "", why = r.why ? ": " + r.why : "";
    var words = r.kind === "alert_change" ? title + " " + (changes[r.change] || r.change) + (r.alert && r.alert.state === "open" ? " (" + r.alert.severity + ")" : "") :
      r.kind === "acknowledgement" ? title + " acknowledged" + who + why : r.kind === "undo" ? title + ": acknowledgement taken back" + who + why :
      r.kind === "silence" ? (TITLES[r.check] || (r.check === "*" ? "All checks" : r.check)) + " of " + name(r.model) + (r.to > r.from ? " silenced until " + when(r.to) : ": silence ended") + who + why :
      r.kind === "remedy" ? title + ": " + (r.action || "no action") + ", " + r.decision + (r.reason ? ": " + r.reason : "") : r.kind;
    var live = r.kind === "silence" && r.to > r.from && new Date(r.to) > now() && r.newest;
    return el("li", {}, at(r.time), el("p", {}, words, live ? [" ", el("button", {type: "button", "class": "bare", "data-key": "end" + r.model + r.check, click: function () { unsilence(r); }}, "End it")] : ""));
  })) : el("p", {"class": "empty"}, "Nothing happened yet."));
}

function unsilence(r) {
  api("alerts/silence", {model: r.model, check: r.check, until: "now", who: keep(localStorage, "driftwatch-who") || r.who}).then(function () { say("The silence has ended"); refresh(); }, trouble);
}

function versions(rows) {
  return el("div", {"class": "sheet"}, rows.length ? el("ul", {"class": "feed"}, rows.map(function (r) {
    var c = r.content || {}, words = ["version", "stage", "from", "to", "reason"].filter(function (k) { return c[k] !== undefined && c[k] !== null && typeof c[k] !== "object"; })
      .map(function (k) { return k === "version" ? "version " + c[k] : k + " " + c[k]; });
    return el("li", {}, at(r.time), el("p", {}, words.join(", ") || r.id));
  })) : el("p", {"class": "empty"}, "No version is on record."));
}

/* The run's report is the page at /report: its content is put in here, and its style sheet is this page's too. What stands in style
 * attributes, which this page's policy forbids, is set one by one. */
function report(html) {
  var page = new DOMParser().parseFromString(html.replace(/<style>[^]*?<\/style>/, "").replace(/ style="/g, " data-style=\""), "text/html"), inside = page.querySelector("main"), node = el("div", {"class": "report"});
  if (!inside) return el("p", {"class": "sheet empty"}, html);
  inside.querySelectorAll("script,style,#find").forEach(function (n) { n.remove(); });
  [].slice.call(inside.childNodes).forEach(function (n) { node.append(document.importNode(n, true)); });
  node.querySelectorAll("[data-style]").forEach(function (n) { n.style.cssText = n.dataset.style; });
  node.querySelectorAll("[id]").forEach(function (n) { n.removeAttribute("id"); });
  return node;
}

/* Both sides of each column as bars, of quiet ones too; the report above has those that drifted at large. */
function pictures(run) {
  var all = [];
  (run.comparisons || []).forEach(function (c) {
    var drifted = {};
    (c.columns || []).forEach(function (k) { if (k.drift) drifted["=" + k.column] = Math.max(drifted["=" + k.column] || 1, SHADES[k.severity]); });
    (c.bars || []).forEach(function (b) { all.push(picture(b, drifted["=" + b.column])); });
  });
  return all.length ? [el("div", {"class": "section"}, el("h3", {}, "All columns, side by side"),
    el("p", {"class": "legend", "aria-hidden": "true"}, el("span", {"class": "key kr"}), "baseline ", el("span", {"class": "key kc"}), "window")), el("div", {"class": "pictures"}, all)] : "";
}

function picture(b, shade) {
  var n = b.reference.length, both = b.reference.concat(b.current).filter(isNumber), top = Math.max.apply(null, both) || 1, e = b.edges, most = 0;
  function y(v) { return (100 - 100 * (v || 0) / top).toFixed(1); }
  function outline(side) { return "M0 100" + side.map(function (v, i) { return "V" + y(v) + "H" + (i + 1) * 10; }).join("") + "V100"; }
  function bars(side, k) { return side.map(function (v, i) { return v ? "M" + (i * 20 + 2 + 8 * k) + " 100V" + y(v) + "h8V100z" : ""; }).join(""); }
  b.current.forEach(function (v, i) { if (Math.abs(v - b.reference[i]) > Math.abs(b.current[most] - b.reference[most])) most = i; });
  function bar(i) { return e ? (e[i] === null ? "below " + number(e[i + 1]) : e[i + 1] === null ? "from " + number(e[i]) : number(e[i]) + " to " + number(e[i + 1])) : b.labels[i] === null ? "others" : b.labels[i]; }
  return el("figure", {}, el("figcaption", {}, el("h4", {}, breaks(b.column)), shade === undefined ? "" : chip(shade, "drift")),
    svg("svg", {"class": "hist", viewBox: "0 -3 " + n * (e ? 10 : 20) + " 103", preserveAspectRatio: "none", role: "img",
      "aria-label": b.column + ": the largest change is at " + bar(most) + ", " + number(b.reference[most], true) + " before and " + number(b.current[most], true) + " now"},
      path(e ? "r" : "rb", e ? outline(b.reference) : bars(b.reference, 0)), path(e ? "c" : "cb", e ? outline(b.current) : bars(b.current, 1))),
    el("div", {"class": "axis", "aria-hidden": "true"}, el("span", {}, bar(0)), n > 1 ? el("span", {}, bar(n - 1)) : ""),
    el("details", {toggle: function () {
      if (this.open && !this.querySelector("table")) this.append(table(["", "baseline", "window"], b.reference.map(function (v, i) { return [bar(i), number(v, true), number(b.current[i], true)]; })));
    }}, el("summary", {}, "As a table")));
}

function step(by) {
  var runs = data.series.points.run, i = runs.indexOf(place.run), to = i < 0 ? null : runs[i + by];
  return el("button", {type: "button", "data-key": "step" + by, disabled: !to, click: function () { openRun(to); }}, by < 0 ? "Earlier" : "Later");
}

function showModel() {
  var m = models().filter(function (m) { return m.name === place.model; })[0], s = data.series;
  document.title = name(place.model) + (m && m.run ? ": " + m.run.verdict : "") + " – DriftWatch";
  if (!m) {
    frame(["top"]);
    put("top", place.model, function () { return [el("h1", {}, name(place.model)), el("p", {"class": "sheet empty"}, "There are no records of this model here. "), el("a", {href: "#/"}, "All models")]; });
    return;
  }
  frame(["top", "verdict", "alerts", "time", "heat", "column", "run", "feed", "versions"]);
  put("top", place.model, function () { return el("div", {"class": "top"}, el("h1", {}, name(place.model))); });
  put("verdict", m, function () { return verdict(m); });
  var mine = data.alerts.filter(function (a) { return a.model === m.name; }), others = mine.filter(function (a) { return a.alert.state !== "open"; });
  put("alerts", mine, function () {
    return [el("div", {"class": "section"}, el("h2", {}, "Alerts")), alertList(m.open, false), others.length ? el("details", {"class": "quiet", "data-key": "others"}, el("summary", {}, plural(others.length, "check") + " without an open alert"),
      el("div", {"class": "sheet"}, el("ul", {"class": "alerts"}, others.map(function (a) { return alertItem(a, false); })))) : ""];
  });
  put("time", [place.model, place.range, s && s.points, data.versions], function () {
    return [el("div", {"class": "section"}, el("h2", {}, "Over time"), ranges()), s && s.points.from.length ? el("div", {"class": "charts"}, verdicts(s),
      charts(s, ["drift_share", "rows", "kl_divergence", "cosine_similarity", "refusal_rate", "toxicity_rate", "metric"])) : el("p", {"class": "sheet empty"}, "No check in this time.")];
  });
  put("heat", [place.range, place.column, s && s.map], function () {
    return s && s.map.columns.length ? [el("div", {"class": "section"}, el("h2", {}, "Columns"), el("p", {"class": "note"}, "A name draws its curves, a cell opens a check.")), heat(s)] : "";
  });
  put("column", [place.column, place.range, s && s.points, data.versions], function () {
    var drawn = place.column && s ? charts(s, ["column_h", "column_score"]) : [];
    return drawn.length ? [el("div", {"class": "section"}, el("h2", {}, place.column)), el("div", {"class": "charts"}, drawn)] : "";
  });
  put("run", [place.run, data.report, s && s.points.run.length], function () {
    if (!place.run) return "";
    return [el("div", {"class": "section"}, el("h2", {id: "run-title", tabindex: -1}, "Check of " + when(place.run.split("/")[0])), el("div", {"class": "rangeset"}, s ? [step(-1), step(1)] : "",
      el("button", {type: "button", "data-key": "close", click: function () { location.hash = link({run: ""}); }}, "Close"))), data.report === undefined ? el("p", {"class": "sheet empty"}, "…") : [report(data.report.page), data.report.run ? pictures(data.report.run) : ""]];
  });
  put("feed", data.feed, function () { return [el("div", {"class": "section"}, el("h2", {}, "What happened")), feed(data.feed || [])]; });
  put("versions", data.versions, function () { return [el("div", {"class": "section"}, el("h2", {}, "Model versions")), versions(data.versions || [])]; });
}

/* --- what is asked for, and when --- */

function sign(records, model) {
  return records.filter(function (r) { return model === undefined || r.model === model || (r.model === "" && r.record === "alert"); })
    .filter(function (r) { return /^(run|alert|event|version)$/.test(r.record); }).map(function (r) { return r.record + r.model + r.records + r.last; }).join();
}

/* All pages of a list, of which the last rows are wanted. */
function listed(address, rows, cursor, pages) {
  return perhaps(address + (cursor ? "&cursor=" + cursor : ""), {records: []}).then(function (page) {
    rows = rows.concat(page.records).slice(-200);
    return page.next && pages ? listed(address, rows, page.next, pages - 1) : rows;
  });
}

/* Of silences for the same models and checks the newest holds, and can be ended. */
function feedOf(model) {
  return perhaps("alerts/feed" + query({model: model}), {feed: []}).then(function (a) {
    var seen = Object.create(null);
    a.feed.forEach(function (r) {
      if (r.kind !== "silence") return;
      r.newest = !seen[r.model + "/" + r.check];
      seen[r.model + "/" + r.check] = true;
    });
    return a.feed;
  });
}

/* What make gives is kept until the signature changes; false: it came too late, somebody is elsewhere by now. */
function known(key, signature, make) {
  if (heard[key] === signature) return Promise.resolve();
  return make().then(function (kept) { if (kept !== false) heard[key] = signature; });
}

function loadAll(stats) {
  var signature = sign(stats.records);
  return known("latest", signature, function () {
    return perhaps("drift/latest", {runs: []}).then(function (a) {
      data.runs = a.runs.filter(function (r) { return r; });
    });
  });
}

function loadTrends(stats) {
  var names = data.runs.slice(0, 24).map(function (r) { return r.model; });
  return known("trends", sign(stats.records), function () {
    return Promise.all(names.map(function (n) { return perhaps("drift/series" + query({model: n, since: "24h", points: 60, cells: 1}), null); })).then(function (all) {
      names.forEach(function (n, i) { data.trends[n] = all[i] && all[i].series; });
    });
  });
}

function loadModel(stats) {
  var signature = sign(stats.records, place.model), at = Object.assign({}, place), has = {model: at.model, points: 400, cells: Math.max(24, Math.min(60, Math.floor(innerWidth / 14)))};
  if (at.range) has.since = at.range;
  if (at.column) has.column = at.column;
  return Promise.all([
    known("series", JSON.stringify([at.model, at.range, at.column, signature]), function () {
      return perhaps("drift/series" + query(has), null).then(function (a) { return same(at) && (data.series = a && a.series, true); });
    }),
    known("feed", JSON.stringify([at.model, signature]), function () { return feedOf(at.model).then(function (f) { return same(at) && (data.feed = f, true); }); }),
    known("versions", JSON.stringify([at.model, signature]), function () {
      return listed("records" + query({kind: "version", model: at.model, limit: 1000}), [], "", 3).then(function (r) { return same(at) && (data.versions = r.slice(-8).reverse(), true); });
    }),
    at.run ? known("report", JSON.stringify([at.model, at.run]), function () {
      return Promise.all([api("report" + query({model: at.model, run: at.run})).catch(function (e) {
        if (e.code !== 404) throw e;
        return e.message;
      }), perhaps("records" + query({kind: "run", model: at.model, id: at.run}), {records: []})]).then(function (a) {
        return same(at) && (data.report = {page: a[0], run: a[1].records.length ? a[1].records[0].content : null}, true);
      });
    }) : null
  ]);
}

function same(at) { return at.model === place.model && at.range === place.range && at.column === place.column && at.run === place.run; }

function pick(list) {
  var select = document.getElementById("pick"), names = list.map(function (m) { return m.name; }), text = JSON.stringify([names, place.model]);
  if (select.shown === text) return;
  select.shown = text;
  select.replaceChildren(el("option", {value: "-"}, "All models"));
  names.forEach(function (n) { select.append(el("option", {value: "=" + n}, name(n))); });
  select.value = place.model === null ? "-" : "=" + place.model;
}

/* What changed since the last look is said aloud, once. */
function tell(list) {
  var now = Object.create(null), news = [];
  list.forEach(function (m) {
    now[m.name] = (m.run ? m.run.verdict : "not checked") + ", " + plural(m.open.length, "open alert");
    if (heard.told && heard.told[m.name] !== now[m.name]) news.push(name(m.name) + ": " + now[m.name]);
  });
  heard.told = now;
  if (news.length) say(news.slice(0, 4).join(". "));
}

function show() {
  var list = models();
  pick(list);
  if (place.model === null) showAll();
  else showModel();
  tell(list);
  cursors = cursors.filter(function (c) { return c.plot.isConnected; });
  document.querySelectorAll("time[data-ago]").forEach(function (t) { t.textContent = ago(new Date(t.getAttribute("datetime"))); });
}

function live(state, text) {
  var node = document.getElementById("live");
  node.className = state;
  if (node.textContent !== text) node.textContent = text;
}

function refresh() {
  var mine = ++asking, began = performance.now();
  clearTimeout(timer);
  return Promise.all([api("stats"), api("alerts")]).then(function (a) {
    data.stats = a[0];
    data.alerts = a[1].alerts;
    return Promise.all([loadAll(data.stats), place.model !== null ? loadModel(data.stats) : null]).then(function () { return place.model === null ? loadTrends(data.stats) : null; });
  }).then(function () {
    if (mine !== asking) return;
    failures = 0;
    show();
    document.documentElement.setAttribute("data-drawn", Math.round(performance.now() - began));
    live(paused ? "off" : "", paused ? "paused" : "live");
    later(EVERY);
  }).catch(function (e) { if (mine === asking) trouble(e); });
}

function trouble(e) {
  if (e.code === 401) { login(token ? e.message : ""); return; }
  failures++;
  var wait = Math.min(LONGEST, EVERY * Math.pow(2, failures - 1));
  live("bad", e.code ? e.message : "the service does not answer; again in " + span(wait));
  if (failures === 1) say(e.code ? e.message : "The service does not answer");
  if (!data.runs && e.code) { frame(["top"]); put("top", e.message, function () { return el("p", {"class": "sheet oops"}, e.message); }); }
  later(wait);
}

function later(wait) {
  clearTimeout(timer);
  if (!paused && !document.hidden) timer = setTimeout(refresh, wait * (0.9 + 0.2 * Math.random()));
}

/* Asked for once, and kept for this tab. */
function login(why) {
  token = "";
  keep(sessionStorage, "driftwatch-token", "");
  live("off", "no token");
  frame(["top"]);
  put("top", ["token", why], function () {
    var input = el("input", {type: "password", name: "token", required: true, autocomplete: "current-password", "aria-describedby": "why"});
    return el("form", {"class": "sheet empty", submit: function (event) {
      event.preventDefault();
      token = input.value.trim();
      keep(sessionStorage, "driftwatch-token", token);
      main.shown = "";
      refresh();
    }}, el("h1", {}, "A token is needed"), el("p", {id: "why"}, why || "This service answers to those who have a token with the scope read; admin to acknowledge alerts."),
      el("p", {}, field("Token", input)), el("p", {}, el("button", {type: "submit", "class": "main"}, "Open")));
  });
  var box = main.querySelector("input");
  if (box) box.focus();
}

function went() {
  var before = place, to = read();
  if (location.hash && !/^#\/?/.test(location.hash)) return;
  place = to;
  if (before.model !== to.model) {
    data.series = data.feed = data.versions = undefined;
    heard.series = heard.feed = heard.versions = "";
  }
  if (before.run !== to.run) { data.report = undefined; heard.report = ""; }
  refresh().then(function () {
    var title = document.getElementById("run-title");
    if (before.model !== to.model && before.model !== undefined) { scrollTo(0, 0); main.focus({preventScroll: true}); }
    if (to.run && before.run !== to.run && title) { title.scrollIntoView({block: "start", behavior: "auto"}); title.focus({preventScroll: true}); }
  });
}

function begin() {
  var q = new URLSearchParams(location.search);
  if (q.get("token")) { /* not to stay in the address, which is copied and kept */
    keep(sessionStorage, "driftwatch-token", q.get("token"));
    token = q.get("token");
    q.delete("token");
    history.replaceState(null, "", location.pathname + (String(q) ? "?" + q : "") + location.hash);
  }
  token = token || keep(sessionStorage, "driftwatch-token");
  data.trends = Object.create(null);
  document.getElementById("pick").addEventListener("change", function () {
    location.hash = this.value === "-" ? "#/" : link({model: this.value.slice(1), column: "", run: ""});
  });
  document.getElementById("pause").addEventListener("click", function () {
    paused = !paused;
    this.setAttribute("aria-pressed", String(paused));
    live(paused ? "off" : "", paused ? "paused" : "live");
    if (paused) clearTimeout(timer);
    else refresh();
  });
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) clearTimeout(timer);
    else if (!paused) refresh();
  });
  addEventListener("hashchange", went);
  document.querySelector(".skip").addEventListener("click", function (event) { event.preventDefault(); main.focus(); });
  live("off", "loading");
  went();
}

begin();
})();
