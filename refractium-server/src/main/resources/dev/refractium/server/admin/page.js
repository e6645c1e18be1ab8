/*
 * The page of a running server. Once a second it asks for the server's status and measures, one request at a time, and
 * changes what differs. Texts of others become text nodes, never markup.
 */
'use strict';

const EVERY_MS = 1000;
const RECENT_EVERY = 2;
const HISTORY_EVERY = 20;
const SORT_EVERY_MS = 5000;
const ROWS = 100;
const MOST_BANDS = 30;
const PLOT_SECONDS = 600;
const SPARK = 30;
const SVG = 'http://www.w3.org/2000/svg';

const $ = id => document.getElementById(id);

/** Makes an element with a class and children; a child that is no element is text. */
function el(name, cls, ...children) {
  const made = document.createElement(name);
  if (cls) made.className = cls;
  made.append(...children);
  return made;
}

function svg(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Sets a text only if it differs: nothing is laid out or read aloud again. */
function say(place, text) {
  if (place.said === text) return;
  place.said = text;
  place.textContent = text;
}

/* Numbers for people */

const whole = new Intl.NumberFormat('en');
const count = n => whole.format(Math.round(n));

function short(n, unit) {
  if (n > 0 && n < 1) return `<1 ${unit}`;
  const steps = ['', 'k', 'M', 'G', 'T', 'P'];
  let step = 0;
  while (n >= 999.5 && step < steps.length - 1) {
    n /= 1000;
    step++;
  }
  const digits = step === 0 || n >= 99.95 ? 0 : 1;
  return `${n.toFixed(digits)} ${steps[step]}${unit}`;
}

const bytes = n => short(n, 'B');
const memory = n => n === 0 ? '0' : n < 1 << 20 ? `${Math.ceil(n / 1024)} KiB` : `${(n / (1 << 20)).toFixed(n % (1 << 20) ? 1 : 0)} MiB`;
const rate = n => n > 0 ? `${bytes(n)}/s` : '0';

function lasted(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor(s % 86400 / 3600)} h`;
}

const ago = time => `${lasted(Date.now() - Date.parse(time))} ago`;

function millis(ns) {
  const ms = ns / 1e6;
  return ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/* Tables */

const scrolled = [];

/**
 * A table whose rows are kept by their key and changed in place. A column has a head, a text(row), and may have an
 * order(row) to sort by, a cls, a mark(row) with the class of its cell, a title(row), and a draw(cell, row) instead of text.
 */
class Table {
  constructor(section, caption, columns, sort, none) {
    this.columns = columns;
    this.sort = sort;
    this.limit = ROWS;
    this.rows = [];
    this.made = new Map();
    this.places = new Map();
    this.sorted = 0;
    this.filter = '';
    this.build($(section), caption, none);
  }

  build(section, caption, none) {
    this.heads = this.columns.map(column => {
      const head = el('th', column.cls || '');
      head.scope = 'col';
      if (column.order) {
        const button = el('button', '', column.head);
        button.type = 'button';
        button.addEventListener('click', () => this.sortBy(column));
        head.append(button);
      } else {
        head.append(column.head);
      }
      return head;
    });
    this.body = el('tbody');
    this.table = el('table', '', el('caption', '', caption), el('thead', '', el('tr', '', ...this.heads)), this.body);
    this.none = el('p', 'none', none);
    this.more = el('button', 'more');
    this.more.type = 'button';
    this.more.hidden = true;
    this.more.addEventListener('click', () => this.grow());
    const scroll = el('div', 'scroll', this.table);
    scrolled.push(scroll);
    scroll.setAttribute('role', 'group');
    scroll.setAttribute('aria-label', caption);
    section.querySelector('.table').append(scroll, this.none, this.more);
    this.count = section.querySelector('.count');
    const search = section.querySelector('.filter input');
    // A long table is worked with: its rows keep their places for some seconds, so that none runs away from a pointer.
    this.rest = search ? SORT_EVERY_MS : 0;
    if (search) search.addEventListener('input', () => this.filterBy(search.value));
    this.markSort();
  }

  sortBy(column) {
    const same = this.sort.column === column.head;
    this.sort = { column: column.head, down: same ? !this.sort.down : Boolean(column.down) };
    this.sorted = 0;
    this.markSort();
    this.show(this.rows);
  }

  markSort() {
    this.columns.forEach((column, i) => {
      if (!column.order) return;
      const mine = this.sort.column === column.head;
      this.heads[i].setAttribute('aria-sort', mine ? this.sort.down ? 'descending' : 'ascending' : 'none');
    });
  }

  filterBy(text) {
    this.filter = text.trim().toLowerCase();
    this.limit = ROWS;
    this.show(this.rows);
  }

  grow() {
    this.limit += 5 * ROWS;
    this.show(this.rows);
  }

  /** Orders the rows, or leaves them where they are until the next time. */
  arrange(rows) {
    const now = performance.now();
    const column = this.columns.find(one => one.head === this.sort.column);
    if (column && now - this.sorted > this.rest) {
      const sign = this.sort.down ? -1 : 1;
      rows.sort((a, b) => {
        const x = column.order(a), y = column.order(b);
        return x === y ? (a.key < b.key ? -1 : 1) : x < y ? -sign : sign;
      });
      this.places = new Map(rows.map((row, i) => [row.key, i]));
      this.sorted = now;
    } else if (column) {
      const place = row => this.places.has(row.key) ? this.places.get(row.key) : Infinity;
      rows.sort((a, b) => place(a) - place(b) || 0);
    }
    return rows;
  }

  show(all) {
    this.rows = all;
    const fit = this.filter ? all.filter(row => row.words().toLowerCase().includes(this.filter)) : all.slice();
    const rows = this.arrange(fit).slice(0, this.limit);
    const kept = new Set();
    let next = this.body.firstChild;
    for (const row of rows) {
      const line = this.line(row);
      kept.add(row.key);
      if (line === next) next = next.nextSibling;
      else this.body.insertBefore(line, next);
    }
    for (const [key, line] of this.made) {
      if (!kept.has(key)) {
        line.remove();
        this.made.delete(key);
      }
    }
    this.table.parentNode.hidden = rows.length === 0;
    this.none.hidden = rows.length > 0;
    this.more.hidden = fit.length <= rows.length;
    if (!this.more.hidden) say(this.more, `Show more: ${count(fit.length - rows.length)} are left`);
    if (this.filter && this.count) say(this.count, `${count(fit.length)} of ${count(all.length)}`);
    return this;
  }

  line(row) {
    let line = this.made.get(row.key);
    if (!line) {
      line = el('tr', '', ...this.columns.map(column => el('td', column.cls || '')));
      this.made.set(row.key, line);
    }
    const cls = row.cls || '';
    if (line.className !== cls) line.className = cls;
    this.columns.forEach((column, i) => this.cell(line.children[i], column, row));
    return line;
  }

  cell(cell, column, row) {
    if (column.draw) {
      column.draw(cell, row);
      return;
    }
    say(cell, column.text(row));
    const title = column.title ? column.title(row) : '';
    if (cell.title !== title) cell.title = title;
    if (column.mark) {
      const cls = `${column.cls || ''} ${column.mark(row)}`;
      if (cell.className !== cls) cell.className = cls;
    }
  }
}

/** Draws a word with a background in a cell. */
function badge(cell, text, kind) {
  let mark = cell.firstChild;
  if (!mark) {
    mark = el('span');
    cell.append(mark);
  }
  const cls = `badge ${kind}`;
  if (mark.className !== cls) mark.className = cls;
  say(mark, text);
}

/* What is asked */

let token = sessionStorage.getItem('token') || '';

class Refused extends Error {}

async function ask(what) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const answer = await fetch(`/api/${what}`, { headers, cache: 'no-store' });
  if (answer.status === 401) throw new Refused();
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
  return answer.json();
}

/* What is kept between two answers */

const before = { at: 0, counts: new Map() };
const rates = new Map();
let samplesOfPlot = [];
let sparks = new Map();
let recent = { ends: [] };
let samples = null;

const keyOf = (transport, route) => `${transport} ${route}`;
const sum = (list, part) => list.reduce((all, one) => all + part(one), 0);

/** Adds up the measures of each route, and of the sessions that have none. */
function byRoute(measures) {
  const routes = new Map();
  for (const one of measures.sessions) {
    const key = keyOf(one.listener.transport, one.route);
    let route = routes.get(key);
    if (!route) {
      route = { live: 0, routed: 0, up: 0, down: 0, protocols: new Map(), listeners: new Set() };
      routes.set(key, route);
    }
    route.live += one.counts.live;
    route.routed += one.counts.routed;
    route.up += one.counts.from_client;
    route.down += one.counts.from_backend;
    const moved = one.counts.from_client + one.counts.from_backend;
    route.protocols.set(one.protocol, (route.protocols.get(one.protocol) || 0) + moved);
    route.listeners.add(one.listener.name);
  }
  return routes;
}

/** Turns counters into figures per second, which follow the newest by half. */
function updateRates(routes, now) {
  const seconds = (now - before.at) / 1000;
  for (const [key, route] of routes) {
    const last = before.counts.get(key);
    const old = rates.get(key) || { up: 0, down: 0, routed: 0 };
    const next = {};
    for (const part of ['up', 'down', 'routed']) {
      const risen = last && before.at ? Math.max(0, route[part] - last[part]) / seconds : 0;
      const value = old[part] === 0 ? risen : (old[part] + risen) / 2;
      next[part] = value < 0.01 ? 0 : value;
    }
    rates.set(key, next);
  }
  for (const key of rates.keys()) if (!routes.has(key)) rates.delete(key);
  before.counts = routes;
  before.at = now;
}

const rateOf = key => rates.get(key) || { up: 0, down: 0, routed: 0 };

/* The head */

const STATES = { ready: ['ready', 'good'], degraded: ['degraded', 'warn'], not_ready: ['not ready', 'bad'] };

function showState(status) {
  const [word, kind] = STATES[status.state];
  const place = $('state');
  say(place, word);
  place.className = `badge ${kind}`;
  document.title = status.state === 'ready' ? 'Refractium' : `${word} – Refractium`;
  showReasons(status.reasons, kind);
  showFacts([
    ['sessions', count(status.sessions)],
    ['generation', String(status.generation)],
    ['up for', lasted(Date.now() - Date.parse(status.since))],
    ['process', String(status.pid)],
    ['listeners', String(status.listeners.length)],
  ]);
}

function showReasons(reasons, kind) {
  const list = $('reasons');
  list.className = `reasons ${kind}`;
  list.hidden = reasons.length === 0;
  while (list.children.length > reasons.length) list.lastChild.remove();
  reasons.forEach((reason, i) => {
    if (!list.children[i]) list.append(el('li'));
    say(list.children[i], reason);
  });
  reach(list);
}

/** Lets the keyboard reach what is scrolled. */
function reach(place) {
  const tab = place.scrollHeight > place.clientHeight || place.scrollWidth > place.clientWidth ? 0 : -1;
  if (place.tabIndex !== tab) place.tabIndex = tab;
}

function showFacts(facts) {
  const list = $('facts');
  facts.forEach(([name, value], i) => {
    if (!list.children[i]) list.append(el('div', '', el('dt', '', name), el('dd')));
    say(list.children[i].lastChild, value);
  });
}

/* Routes */

const ROUTES = new Table('routes', 'Routes with their sessions and bytes', [
  { head: 'Route', cls: 'w first', text: r => r.name, order: r => r.name },
  { head: 'Protocol', cls: 'opt', text: r => r.protocol, order: r => r.protocol },
  { head: 'Over', cls: 'q opt', text: r => r.transport, order: r => r.transport },
  { head: 'Listener', cls: 'q opt', text: r => r.listener, order: r => r.listener },
  { head: 'Backends up', cls: 'n', text: r => r.backends, mark: r => r.mark, order: r => r.share, title: r => r.pool },
  { head: 'Sessions', cls: 'n', text: r => count(r.live), order: r => r.live, down: true },
  { head: 'New/s', cls: 'n opt', text: r => r.routed < 0.05 ? '0' : r.routed.toFixed(1), order: r => r.routed, down: true },
  { head: 'From clients', cls: 'n opt', text: r => rate(r.up), order: r => r.up, down: true },
  { head: 'To clients', cls: 'n opt', text: r => rate(r.downRate), order: r => r.downRate, down: true },
  { head: 'Bytes', cls: 'n', text: r => rate(r.up + r.downRate), order: r => r.up + r.downRate, down: true },
  { head: 'Ten minutes', cls: 'n opt', draw: spark },
], { column: 'Bytes', down: true }, 'No route fits.');

function showRoutes(status, routes, members) {
  const rows = status.routes.map(route => {
    const key = keyOf(route.transport, route.name);
    const moved = routes.get(key);
    const pool = members.get(`${route.transport} ${route.pool || route.name}`) || [];
    const up = pool.filter(member => member.up).length;
    return routeRow(key, route.name, route.transport, moved, {
      backends: pool.length ? `${up} of ${pool.length}` : count(route.backends.length),
      share: pool.length ? up / pool.length : 1,
      mark: pool.length && up === 0 ? 'bad' : up < pool.length ? 'warn' : '',
      pool: route.pool || '',
      targets: route.backends,
    });
  });
  const named = new Set(rows.map(row => row.key));
  for (const [key, moved] of routes) {
    const [transport, name] = [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)];
    if (!named.has(key) && (moved.live > 0 || name === '')) {
      rows.push(routeRow(key, name || 'no route (yet)', transport, moved,
        { backends: '–', share: 1, mark: '', pool: '', targets: [] }));
    }
  }
  ROUTES.show(rows);
  if (!ROUTES.filter) say(ROUTES.count, count(status.routes.length));
  return rows;
}

function routeRow(key, name, transport, moved, more) {
  const speed = rateOf(key);
  const protocols = moved ? [...moved.protocols.keys()].filter(Boolean).sort() : [];
  const row = {
    key, name, transport, ...more,
    protocol: protocols.join(', ') || '–',
    protocols: moved ? moved.protocols : new Map(),
    listener: moved ? [...moved.listeners].sort().join(', ') : '',
    live: moved ? moved.live : 0,
    up: speed.up, downRate: speed.down, routed: speed.routed,
  };
  row.words = () => `${name} ${row.protocol} ${transport} ${row.listener} ${row.pool} ${row.targets.join(' ')}`;
  return row;
}

function spark(cell, row) {
  const points = sparks.get(row.key);
  if (cell.spark === points) return;
  cell.spark = points;
  const top = Math.max(1, ...(points || []));
  const missing = points ? SPARK - points.length : 0;
  const line = (points || []).map((value, i) => `${i ? 'L' : 'M'}${missing + i} ${(15 - value / top * 13).toFixed(1)}`).join('');
  const drawn = svg('svg', { class: 'spark', viewBox: `0 0 ${SPARK - 1} 16`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  drawn.append(svg('path', { d: line || 'M0 15' }));
  cell.replaceChildren(drawn);
}

/* The picture */

/** Draws bands from protocols over routes to backends: of the busiest routes, and of all others together. */
function showFlow(rows, status) {
  const bands = bandsOf(rows, new Map(status.backends.map(one => [`${one.transport} ${one.address}`, one])));
  const place = $('flow').querySelector('.picture');
  const width = place.clientWidth;
  if (!width) return;
  if (bands.length === 0) {
    place.replaceChildren(el('p', 'none', 'No session has taken a route yet.'));
    return;
  }
  const columns = ['protocol', 'route', 'backend'].map(part => nodesOf(bands, part));
  const height = layOut(columns);
  const drawn = svg('svg', { viewBox: `0 0 ${width} ${height}`, height, role: 'img', 'aria-label': flowText(bands) });
  const x = [0, width * 0.3, width * (width < 560 ? 0.56 : 0.68)].map(Math.round);
  drawBands(drawn, bands, columns, x);
  columns.forEach((nodes, i) => nodes.forEach(node => drawNode(drawn, node, x[i], (x[i + 1] || width) - x[i] - 22)));
  place.replaceChildren(drawn);
}

function bandsOf(rows, backends) {
  const known = rows.filter(row => row.targets.length > 0 && row.protocols.size > 0);
  const weight = row => row.up + row.downRate;
  const order = known.slice().sort((a, b) => weight(b) - weight(a) || b.live - a.live || (a.key < b.key ? -1 : 1));
  const bands = new Map();
  order.forEach((row, i) => {
    const name = i < MOST_BANDS ? row.name : `${order.length - MOST_BANDS} other routes`;
    const share = protocolShares(row);
    for (const [protocol, part] of share) {
      for (const [target, portion] of targetShares(row, backends, i < MOST_BANDS)) {
        const key = JSON.stringify([protocol, name, target]);
        const band = bands.get(key) || { protocol: protocol || 'unknown', route: name, backend: target, value: 0, down: false };
        band.value += weight(row) * part * portion;
        const backend = backends.get(`${row.transport} ${target}`);
        band.down = Boolean(backend && backend.health === 'down');
        bands.set(key, band);
      }
    }
  });
  return [...bands.values()];
}

function protocolShares(row) {
  const all = sum([...row.protocols.values()], n => n);
  return [...row.protocols].map(([name, moved]) => [name, all > 0 ? moved / all : 1 / row.protocols.size]);
}

/** Divides a route's bytes among its backends by their live sessions, which is as near as the counters get. */
function targetShares(row, backends, own) {
  if (!own) return [['other backends', 1]];
  const sessions = row.targets.map(target => (backends.get(`${row.transport} ${target}`) || { sessions: 0 }).sessions);
  const all = sum(sessions, n => n);
  const shares = row.targets.map((target, i) => [target, all > 0 ? sessions[i] / all : 1 / row.targets.length]);
  if (shares.length <= 8) return shares;
  const first = shares.sort((a, b) => b[1] - a[1]).slice(0, 7);
  return [...first, [`${shares.length - 7} more of ${row.name}`, 1 - sum(first, share => share[1])]];
}

function nodesOf(bands, part) {
  const nodes = new Map();
  for (const band of bands) {
    const node = nodes.get(band[part]) || { name: band[part], value: 0, part, down: false, protocol: band.protocol, from: 0, to: 0 };
    node.value += band.value;
    node.down = node.down || (part === 'backend' && band.down);
    nodes.set(band[part], node);
  }
  return [...nodes.values()];
}

const PICTURE = 335;
const SLOT = 19;

/** Gives each node its place, the bands as thick as the height allows; returns the height of the whole. */
function layOut(columns) {
  const total = Math.max(1, sum(columns[0], node => node.value));
  let thickest = 320, height;
  do {
    thickest -= 20;
    height = Math.max(...columns.map(nodes => stack(nodes, thickest / total)));
  } while (height > PICTURE && thickest > 120);
  for (const nodes of columns) spread(nodes, height);
  return height;
}

/** Puts nodes below each other; returns their height. */
function stack(nodes, scale) {
  let y = 2;
  for (const node of nodes) {
    node.thick = Math.max(3, node.value * scale);
    node.scale = node.value > 0 ? node.thick / node.value : 0;
    node.slot = Math.max(SLOT, node.thick);
    node.y = y + (node.slot - node.thick) / 2;
    y += node.slot + 5;
  }
  return y;
}

/** Moves nodes apart where their column has room. */
function spread(nodes, height) {
  const room = height - sum(nodes, node => node.slot + 5) - 2;
  nodes.forEach((node, i) => { node.y += room * (i + 0.5) / nodes.length; });
}

function drawBands(drawn, bands, columns, x) {
  const find = columns.map(nodes => new Map(nodes.map(node => [node.name, node])));
  const pairs = [['protocol', 'route', 0], ['route', 'backend', 1]];
  for (const [one, other, i] of pairs) {
    for (const band of merged(bands, one, other)) {
      const from = find[i].get(band[one]), to = find[i + 1].get(band[other]);
      const thick = Math.max(1.5, band.value * Math.min(from.scale || 0, to.scale || 0));
      const y1 = middle(from, 'from', band.value * from.scale, thick), y2 = middle(to, 'to', band.value * to.scale, thick);
      const x1 = x[i] + 8, x2 = x[i + 1], bend = (x2 - x1) / 2;
      drawn.append(svg('path', {
        class: `band k${kind(band.protocol)}`, 'stroke-width': thick.toFixed(1),
        d: `M${x1} ${y1.toFixed(1)}C${x1 + bend} ${y1.toFixed(1)} ${x2 - bend} ${y2.toFixed(1)} ${x2} ${y2.toFixed(1)}`,
      }));
    }
  }
}

/** Adds bands up that join the same two nodes with the same protocol. */
function merged(bands, one, other) {
  const all = new Map();
  for (const band of bands) {
    const key = JSON.stringify([band[one], band[other], band.protocol]);
    const known = all.get(key);
    if (known) known.value += band.value;
    else all.set(key, { ...band });
  }
  return all.values();
}

function middle(node, side, takes, thick) {
  const y = node.y + node[side] + Math.max(takes, Math.min(thick, node.thick)) / 2;
  node[side] += takes;
  return Math.min(y, node.y + node.thick - thick / 2 + 0.5);
}

function drawNode(drawn, node, x, room) {
  const down = node.down ? ' down' : '';
  const color = node.part === 'protocol' ? ` k${kind(node.name)}` : '';
  drawn.append(svg('rect', { class: `node${color}${down}`, x, y: node.y.toFixed(1), width: 8, height: node.thick.toFixed(1), rx: 2 }));
  const speed = node.value > 0 ? rate(node.value) : '';
  const figures = room > 170 && speed ? `${speed}` : '';
  const letters = Math.floor((room - figures.length * 6.2) / 6.7);
  const label = svg('text', { x: x + 13, y: (node.y + node.thick / 2).toFixed(1), class: node.down ? 'bad' : '' });
  const words = node.down && node.name.length + 5 <= letters ? `${node.name} down` : node.name;
  label.append(cut(node.down && words === node.name ? `✕ ${words}` : words, letters));
  if (figures) {
    label.append(' ');
    label.append(svg('tspan', { 'fill-opacity': '.72', 'font-size': '11.5' }, figures));
  }
  drawn.append(label);
}

const cut = (text, letters) => text.length <= letters ? text : `${text.slice(0, Math.max(3, letters - 1))}…`;

const kinds = new Map();

/** Returns the colour of a protocol; the first that are seen have one of their own. */
function kind(protocol) {
  if (!kinds.has(protocol)) kinds.set(protocol, Math.min(7, kinds.size));
  return kinds.get(protocol);
}

function flowText(bands) {
  const routes = nodesOf(bands, 'route').sort((a, b) => b.value - a.value).slice(0, 5);
  return `Traffic by route; busiest: ${routes.map(node => `${node.name} ${rate(node.value)}`).join(', ')}. The table of routes has all figures.`;
}

/* Plots */

const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
let plots = null;

function makePlots() {
  if (plots) plots.forEach(plot => plot.destroy());
  plots = [
    plotIn('sessions-plot', [['--c0', true]], n => short(n, '').trim()),
    plotIn('bytes-plot', [['--c1', false], ['--c0', false]], n => short(n, 'B')),
  ];
  showPlots();
}

function plotIn(id, series, format) {
  const place = $(id);
  const axis = { stroke: color('--quiet'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif' };
  return new uPlot({
    width: Math.max(200, place.clientWidth), height: 150, padding: [8, 18, 0, 0],
    legend: { show: false }, cursor: { show: false },
    scales: { x: { time: false, range: () => [-PLOT_SECONDS, 0] }, y: { range: (self, low, high) => [0, Math.max(1, high * 1.1)] } },
    axes: [
      { ...axis, size: 24, splits: () => [-480, -360, -240, -120, 0], values: (self, all) => all.map(v => v === 0 ? 'now' : `${v / 60} min`.replace('-', '−')) },
      { ...axis, size: 58, space: 34, values: (self, all) => all.map(format) },
    ],
    series: [{}, ...series.map(([name, filled]) => ({
      stroke: color(name), width: 1.5, points: { show: false }, fill: filled ? `${color(name)}22` : undefined,
    }))],
  }, [[], ...series.map(() => [])], place);
}

function addSample(measures, routes, now) {
  const opened = sum(measures.listeners, one => one.opened);
  const all = [...routes.values()];
  const sample = { at: now, live: sum(all, r => r.live), up: sum(all, r => r.up), down: sum(all, r => r.down), opened };
  const last = addSample.last;
  addSample.last = sample;
  if (last) {
    const seconds = (now - last.at) / 1000;
    samplesOfPlot.push({
      at: now, live: sample.live, opened: Math.max(0, opened - last.opened) / seconds,
      up: Math.max(0, sample.up - last.up) / seconds, down: Math.max(0, sample.down - last.down) / seconds,
    });
  }
  while (samplesOfPlot.length && now - samplesOfPlot[0].at > PLOT_SECONDS * 1000) samplesOfPlot.shift();
}

function showPlots() {
  const now = performance.now();
  const x = samplesOfPlot.map(sample => (sample.at - now) / 1000);
  plots[0].setData([x, samplesOfPlot.map(sample => sample.live)]);
  plots[1].setData([x, samplesOfPlot.map(sample => sample.up), samplesOfPlot.map(sample => sample.down)]);
  const last = samplesOfPlot[samplesOfPlot.length - 1] || { live: 0, opened: 0, up: 0, down: 0 };
  legend('sessions-legend', [['c0', `${count(last.live)} sessions, ${last.opened.toFixed(1)} new/s`]]);
  legend('bytes-legend', [['c1', `from clients ${rate(last.up)}`], ['c0', `to clients ${rate(last.down)}`]]);
}

function legend(id, parts) {
  parts.forEach(([cls, text], i) => {
    if (!$(id).children[i]) $(id).append(el('span', cls));
    say($(id).children[i], text);
  });
}

/** Takes over what the server has kept of the time before this page was opened, or hidden. */
function takeHistory(history, now) {
  const totals = history.totals;
  const seconds = totals.every_ms / 1000;
  samplesOfPlot = totals.live.map((live, i) => ({
    at: now - history.age_ms - (totals.live.length - 1 - i) * totals.every_ms,
    live, opened: totals.opened[i] / seconds, up: totals.from_client[i] / seconds, down: totals.from_backend[i] / seconds,
  }));
  sparks = new Map();
  for (const route of history.routes) {
    const key = keyOf(route.transport, route.route);
    const known = sparks.get(key);
    sparks.set(key, known ? known.map((value, i) => value + route.bytes[i]) : route.bytes);
  }
}

/* Backends */

const HEALTH = { up: 'good', down: 'bad', silent: 'warn', unresolved: 'bad', unknown: 'quiet' };
const WORST = ['down', 'unresolved', 'silent', 'unknown', 'up'];

const BACKENDS = new Table('backends', 'Backends with their health', [
  { head: 'Backend', cls: 'w first', text: r => r.address, order: r => r.address },
  { head: 'Health', draw: (cell, r) => badge(cell, r.word, r.kind), order: r => r.rank },
  { head: 'Since', cls: 'nowrap', text: r => r.since ? ago(r.since) : '–', title: r => r.since || '', order: r => r.since ? -Date.parse(r.since) : Infinity },
  { head: 'Pool', cls: 'q w opt', text: r => r.pools, order: r => r.pools },
  { head: 'Over', cls: 'q opt', text: r => r.transport, order: r => r.transport },
  { head: 'First byte', cls: 'n', text: r => r.firstByte < 0 ? '–' : millis(r.firstByte), order: r => r.firstByte, down: true },
  { head: 'Addresses', cls: 'n opt', text: r => `${r.usable} of ${r.addresses}`, order: r => r.usable },
  { head: 'Sessions', cls: 'n opt', text: r => count(r.sessions), order: r => r.sessions, down: true },
  { head: 'Failures', cls: 'n opt', text: r => count(r.failures), order: r => r.failures, down: true },
], { column: 'Health', down: false }, 'No backend fits.');

function showBackends(status, measures, now) {
  const pools = new Map();
  const answers = new Map();
  for (const member of measures.members) {
    const key = `${member.transport} ${member.backend}`;
    if (!pools.has(key)) pools.set(key, []);
    pools.get(key).push(member.pool);
    if (member.first_byte) answers.set(key, member.first_byte);
  }
  const past = lastMinute(showBackends.kept ??= [], answers, now);
  const rows = status.backends.map(backend => {
    const key = `${backend.transport} ${backend.address}`;
    const ordered = backend.orders.map(order => order.order).join(', ');
    const word = ordered ? `${backend.health}, ${ordered}` : backend.draining > 0 ? `${backend.health}, draining` : backend.health;
    const bad = backend.health === 'down' || backend.health === 'unresolved';
    return {
      key, ...backend, word, kind: ordered && !bad ? 'warn' : HEALTH[backend.health] || 'quiet', rank: WORST.indexOf(backend.health),
      firstByte: mean(answers.get(key), past.get(key)),
      pools: (pools.get(key) || []).join(', ') || 'older generations', cls: bad ? 'down' : '',
      words: () => `${backend.address} ${backend.transport} ${word} ${(pools.get(key) || []).join(' ')}`,
    };
  });
  const changed = rows.map(row => row.rank).join();
  if (changed !== showBackends.changed) BACKENDS.sorted = 0;
  showBackends.changed = changed;
  BACKENDS.show(rows);
  const down = rows.filter(row => row.cls).length;
  if (!BACKENDS.filter) say(BACKENDS.count, `${count(rows.length)}, ${down ? count(down) : 'none'} down`);
}

/** Returns the mean of the durations since the past ones, or of all if there is none since; -1: there is none. */
function mean(all, past) {
  if (!all || all.count === 0) return -1;
  const fresh = past && all.count > past.count ? { count: all.count - past.count, nanos: all.nanos - past.nanos } : all;
  return fresh.nanos / fresh.count;
}

/** Keeps counters every five seconds, and returns those of a minute ago, or the oldest. */
function lastMinute(kept, counters, now) {
  if (kept.length === 0 || now - kept[kept.length - 1].at > 5000) kept.push({ at: now, counters });
  while (kept.length > 1 && now - kept[1].at > 60000) kept.shift();
  return kept[0].counters;
}

/* Budgets */

const BUDGETS = new Table('budgets', 'Budgets with what is used of them', [
  { head: 'Budget', text: r => r.key },
  { head: 'Used', cls: 'n', text: r => `${r.text(r.used)} of ${r.text(r.most)}` },
  { head: '', cls: 'n', text: r => `${r.share < 0.001 && r.used > 0 ? '<0.1' : (100 * r.share).toFixed(1)} %` },
  { head: '', draw: gauge },
], {}, '');
BUDGETS.heads[2].append(el('span', 'q', 'Share'));
BUDGETS.heads[3].setAttribute('aria-hidden', 'true');

function showBudgets(status, measures) {
  const live = transport => sum(measures.sessions.filter(one => one.listener.transport === transport), one => one.counts.live);
  const limits = measures.overall.limits;
  const rows = [
    ['TCP sessions', live('tcp'), limits.connections, count],
    ['UDP flows', live('udp'), limits.flows, count],
    ['peek_memory', status.memory.peek_memory.held, status.memory.peek_memory.limit, memory],
    ['relay_memory', status.memory.relay_memory.held, status.memory.relay_memory.limit, memory],
    ...status.pools.filter(pool => pool.queue > 0).map(pool => [`queue of ${pool.name}`, pool.waiting, pool.queue, count]),
  ];
  BUDGETS.show(rows.map(([key, used, most, text]) => ({ key, used, most, text, share: most > 0 ? used / most : 0 })));
}

function gauge(cell, row) {
  if (!cell.firstChild) cell.append(el('div', 'gauge', el('div')));
  const bar = cell.firstChild;
  bar.className = `gauge ${row.share > 0.9 ? 'bad' : row.share > 0.7 ? 'warn' : ''}`;
  bar.firstChild.style.width = `${Math.min(100, 100 * row.share)}%`;
}

/* Times */

const TIMES = new Table('times', 'Times of sessions by protocol', [
  { head: 'Protocol', text: r => r.protocol, order: r => r.protocol },
  { head: 'Listener', cls: 'q opt', text: r => r.listener, order: r => r.listener },
  { head: 'Sessions', cls: 'n opt', text: r => count(r.sessions), order: r => r.sessions, down: true },
  ...[['identification', 'Recognised'], ['dial', 'Dial'], ['first_byte', 'First byte']].flatMap(([part, head]) => [
    { head: `${head} p50`, cls: part === 'identification' ? 'n opt' : 'n', text: r => quantile(r[part], 0.5), order: r => quantileNs(r[part], 0.5), down: true },
    { head: `${head} p99`, cls: part === 'identification' ? 'n opt' : 'n', text: r => quantile(r[part], 0.99), order: r => quantileNs(r[part], 0.99), down: true },
  ]),
], { column: 'Dial p99', down: true }, 'No session has been recognised yet.');

/** Shows the times of the last minute; of a protocol without sessions in it, those since the start. */
function showTimes(measures, now) {
  const parts = ['identification', 'dial', 'first_byte'];
  const counters = new Map(measures.times.map(one => [`${one.listener.transport} ${one.listener.name} ${one.protocol}`, one]));
  const past = lastMinute(showTimes.kept ??= [], counters, now);
  const rows = [];
  for (const [key, one] of counters) {
    const row = { key, protocol: one.protocol || 'none', listener: `${one.listener.name} ${one.listener.transport}` };
    for (const part of parts) {
      const old = past.get(key);
      const fresh = one[part].counts.map((n, i) => n - (old ? old[part].counts[i] : 0));
      row[part] = { bounds: one[part].bounds, counts: sum(fresh, n => n) > 0 ? fresh : one[part].counts };
    }
    row.sessions = sum(row.identification.counts, n => n);
    if (row.sessions > 0) rows.push(row);
  }
  TIMES.show(rows);
  say(TIMES.count, 'of the last minute, or since the start if it had none; p50 half of the sessions, p99 all but a hundredth');
}

/** Returns the time that a share of the sessions do not exceed, in nanoseconds: by its bucket, in proportion. */
function quantileNs(histogram, share) {
  const all = sum(histogram.counts, n => n);
  let left = all * share;
  for (let i = 0; i < histogram.counts.length; i++) {
    if (left <= histogram.counts[i] && histogram.counts[i] > 0) {
      const low = i ? histogram.bounds[i - 1] : 0;
      const high = i < histogram.bounds.length ? histogram.bounds[i] : low;
      return low + (high - low) * left / histogram.counts[i];
    }
    left -= histogram.counts[i];
  }
  return -1;
}

function quantile(histogram, share) {
  const ns = quantileNs(histogram, share);
  if (ns < 0) return '–';
  return ns >= histogram.bounds[histogram.bounds.length - 1] ? `>${millis(ns)}` : millis(ns);
}

/* Ends and refusals */

const ENDS = new Table('ends', 'Ended sessions by reason', [
  { head: 'Reason', cls: 'w', text: r => r.key, order: r => r.key },
  { head: 'Count', cls: 'n', text: r => count(r.count), order: r => r.count, down: true },
  { head: 'Newest', cls: 'n nowrap', text: r => r.at ? ago(r.at) : '–', title: r => r.at || '', order: r => r.at || '', down: true },
], { column: 'Newest', down: true }, 'No session has ended yet.');

const REFUSED = new Table('refused', 'Clients that were refused last', [
  { head: 'When', cls: 'nowrap', text: r => ago(r.at), title: r => r.at, order: r => r.at, down: true },
  { head: 'Client', cls: 'w client', text: r => r.client, order: r => r.client },
  { head: 'Reason', cls: 'nowrap', text: r => r.why, order: r => r.why },
  { head: 'Protocol', cls: 'opt', text: r => r.known.protocol || '–', order: r => r.known.protocol },
  { head: 'Name and facts', cls: 'w claims', text: r => r.facts, order: r => r.facts },
], { column: 'When', down: true }, 'No client has been refused.');

function showEnds(status) {
  const newest = new Map();
  for (const end of recent.ends) if (!newest.has(end.reason)) newest.set(end.reason, end.at);
  const rows = Object.entries(status.counters)
    .filter(([name, n]) => name.startsWith('ended.') && n > 0)
    .map(([name, n]) => ({ key: name.slice(6), count: n, at: newest.get(name.slice(6)) }));
  ENDS.show(rows);
  REFUSED.show(recent.ends.filter(end => end.refused).map(end => ({
    ...end, key: `${end.at} ${end.reason} ${end.client}`,
    why: end.limit ? `${end.reason} (${end.limit})` : end.reason,
    facts: [
      ...Object.entries(end.known.attributes).map(([name, value]) => `${name}=${value}`),
      ...end.known.route ? [`route ${end.known.route}`] : [],
      ...end.known.detail ? [end.known.detail] : [],
    ].join(', ') || '–',
  })));
}

/* The configuration */

function showReload(status, measures) {
  const place = $('reload').querySelector('.content');
  const overall = measures.overall;
  const last = status.last_reload;
  const content = JSON.stringify([last, overall.in_sync, overall.applied, overall.refused, last ? ago(last.at) : '']);
  if (content === showReload.shown) return;
  showReload.shown = content;
  const sync = el('p', '', overall.in_sync ? 'The running configuration is that of the files.' : 'The files differ from the running configuration.');
  const numbers = el('p', 'count', `${count(overall.applied)} applied, ${count(overall.refused)} refused since the start`);
  if (!last) {
    place.replaceChildren(el('p', '', 'None since the start.'), sync);
    return;
  }
  const mark = el('span', `badge ${last.outcome === 'applied' ? 'good' : 'bad'}`, last.outcome);
  const head = el('p', '', mark, ` ${ago(last.at)}; generation ${last.generation} serves.`);
  head.title = last.at;
  const problems = el('ol', '', ...last.problems.flatMap(text => text.split('\n')).map(line => el('li', '', line)));
  problems.tabIndex = last.problems.length ? 0 : -1;
  problems.setAttribute('aria-label', 'Problems of the reload');
  place.replaceChildren(head, ...last.problems.length ? [problems] : [], sync, numbers);
}

const PLUGINS = new Table('plugins', 'Plugins with their versions and generations', [
  { head: 'Plugin', cls: 'w', text: r => r.id || r.file, title: r => r.file, order: r => r.id || r.file },
  { head: 'Version', cls: 'nowrap', text: r => r.version || '–', order: r => r.version || '' },
  { head: 'State', draw: (cell, r) => badge(cell, r.word, r.kind), order: r => r.word },
  { head: 'Generations', text: r => r.generations.join(', ') || '–', order: r => r.generations[0] || 0 },
  { head: 'Provides', cls: 'q w opt', text: r => r.refused || r.provides.join(', ') },
  { head: 'SHA-256', cls: 'q nowrap opt', text: r => r.sha256 ? r.sha256.slice(0, 12) : '–', title: r => r.sha256 || '' },
], { column: 'Plugin', down: false }, 'No plugin is installed.');

function showPlugins(status) {
  PLUGINS.show(status.plugins.map(plugin => {
    const serves = plugin.generations.includes(status.generation);
    return {
      ...plugin, key: `${plugin.file} ${plugin.sha256}`,
      word: plugin.refused ? 'refused' : serves ? 'serves' : 'old sessions only',
      kind: plugin.refused ? 'bad' : serves ? 'good' : 'warn',
    };
  }));
  const left = status.uncollected_plugins;
  say(PLUGINS.count, left ? `${left} stopped and still in memory` : 'none is stopped and still in memory');
}

const GENERATIONS = new Table('generations', 'Generations with their sessions', [
  { head: 'Generation', text: r => r.current ? `${r.number}, current` : String(r.number), order: r => r.number, down: true },
  { head: 'Made', cls: 'nowrap', text: r => ago(r.since), title: r => r.since },
  { head: 'Sessions', cls: 'n', text: r => count(r.sessions), order: r => r.sessions, down: true },
  { head: 'By age', cls: 'n q', text: r => r.ages },
], { column: 'Generation', down: true }, '');

function showGenerations(status) {
  GENERATIONS.show(status.generations.map(one => ({
    ...one, key: one.number, current: one.number === status.generation,
    ages: Object.entries(one.by_age).filter(([, n]) => n > 0).map(([age, n]) => `${age === 'older' ? '>1d' : `<${age}`} ${count(n)}`).join(', ') || '–',
  })));
}

const HOOKS = new Table('hooks', 'Hooks with what they received', [
  { head: 'Hook', cls: 'w', text: r => r.key, order: r => r.key },
  { head: 'State', draw: (cell, r) => badge(cell, r.ejected ? 'ejected' : 'called', r.ejected ? 'bad' : 'good'), order: r => r.ejected },
  { head: 'Sessions', cls: 'n', text: r => count(r.opened), order: r => r.opened, down: true },
  { head: 'Bytes', cls: 'n', text: r => bytes(r.bytes), order: r => r.bytes, down: true },
  { head: 'Lost', cls: 'n', text: r => bytes(r.lost_bytes), mark: r => r.lost_bytes ? 'bad' : '', order: r => r.lost_bytes, down: true },
  { head: 'Faults', cls: 'n', text: r => count(r.faults), mark: r => r.faults ? 'bad' : '', order: r => r.faults, down: true },
], { column: 'Hook', down: false }, '');

function showHooks(status) {
  const rows = Object.entries(status.hooks).map(([key, counts]) => ({ key, ...counts }));
  $('hooks').hidden = rows.length === 0;
  HOOKS.show(rows);
}

const SAMPLES = new Table('samples', 'Unmatched traffic with its first bytes', [
  { head: 'When', cls: 'nowrap', text: r => ago(r.time), title: r => r.time },
  { head: 'Listener', text: r => `${r.listener} ${r.transport}` },
  { head: 'Reason', text: r => r.reason },
  { head: 'First bytes', cls: 'w', draw: (cell, r) => { if (!cell.firstChild) cell.append(el('code', '', r.bytes)); } },
], {}, 'None yet.');

function showSamples() {
  const on = Boolean(samples && samples.on);
  const rows = on ? samples.newest.map(one => ({ ...one, key: JSON.stringify(one) })) : [];
  SAMPLES.show(rows);
  SAMPLES.none.hidden = !on || rows.length > 0;
  say(SAMPLES.count, on ? `kept for another ${lasted(Date.parse(samples.until) - Date.now())}` : 'off');
  const hint = $('samples').querySelector('.hint');
  hint.hidden = on;
  say(hint, 'The first bytes of sessions that no protocol takes are shown here after "refractium samples on --for 10m".');
}

/* The loop */

/** @param at when the measures were asked for, which is nearest to when they were taken */
function show(status, measures, at) {
  const start = performance.now();
  const routes = byRoute(measures);
  updateRates(routes, at);
  const members = new Map();
  for (const member of measures.members) {
    const key = `${member.transport} ${member.pool}`;
    if (!members.has(key)) members.set(key, []);
    members.get(key).push(member);
  }
  $('main').hidden = false;
  showState(status);
  const rows = showRoutes(status, routes, members);
  showBackends(status, measures, at);
  showFlow(rows, status);
  addSample(measures, routes, at);
  if (plots) showPlots();
  else makePlots();
  showBudgets(status, measures);
  showTimes(measures, at);
  showEnds(status);
  showReload(status, measures);
  showPlugins(status);
  showGenerations(status);
  showHooks(status);
  showSamples();
  scrolled.forEach(reach);
  performance.clearMeasures();
  performance.measure('update', { start, end: performance.now() });
}

let turn = 0;

async function update() {
  const status = await ask('status');
  const at = performance.now();
  const measures = await ask('measures');
  if (turn % RECENT_EVERY === 0) {
    recent = await ask('recent') || recent;
    samples = await ask('samples') || samples;
  }
  if (turn % HISTORY_EVERY === 0) takeHistory(await ask('history'), performance.now());
  turn++;
  show(status, measures, at);
}

async function poll() {
  const began = performance.now();
  try {
    if (!document.hidden) await update();
  } catch (failure) {
    if (failure instanceof Refused) {
      askForToken();
      return;
    }
    say($('state'), 'no answer');
    $('state').className = 'badge bad';
    showReasons([`The server does not answer: ${failure.message}. What is shown is old.`], 'bad');
    console.error(failure);
  }
  setTimeout(poll, Math.max(EVERY_MS / 4, EVERY_MS - (performance.now() - began)));
}

function askForToken() {
  $('token').hidden = false;
  $('main').hidden = true;
  say($('state'), 'token needed');
  say($('wrong'), token ? 'This is not the token.' : '');
  $('secret').focus();
}

$('token').addEventListener('submit', submitted => {
  submitted.preventDefault();
  token = $('secret').value;
  $('secret').value = '';
  sessionStorage.setItem('token', token);
  $('token').hidden = true;
  poll();
});

document.addEventListener('visibilitychange', () => { turn = 0; });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { if (plots) makePlots(); });
addEventListener('resize', () => { if (plots) makePlots(); });
poll();
