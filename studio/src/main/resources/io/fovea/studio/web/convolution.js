// A convolution on typed or drawn numbers: forward and backward, with the sum of each cell.
import { el, onTheme, quiet, scrolled } from './api.js';
import { colourOf, inkOn, short } from './inside/palette.js';

const MOST = 8;
const KERNEL = 5;
const CHANNELS = 3;
let boards = 0;

const within = (value, least, most) => Math.min(most, Math.max(least, Math.round(value) || 0));
const times = (count, make) => Array.from({ length: count }, (_, k) => make(k));
const zeros = (channels, rows, columns) => times(channels, () => times(rows, () => times(columns, () => 0)));

/** Numbers as text: rows by semicolons, channels by bars. */
const write = (maps) => maps.map((rows) => rows.map((row) => row.join(',')).join(';')).join('|');

/** Parses the text; missing and invalid numbers are 0. */
function parse(text, most) {
  const maps = text.split('|').slice(0, CHANNELS).map((map) => map.split(';').slice(0, most).map((row) => row.split(',').slice(0, most).map((number) => (Number.isFinite(Number(number)) ? Number(number) : 0))));
  return resized(maps, maps.length, Math.max(...maps.map((map) => map.length)), Math.max(...maps.flat().map((row) => row.length)));
}

function resized(maps, channels, rows, columns) {
  return times(channels, (c) => times(rows, (i) => times(columns, (j) => maps[c]?.[i]?.[j] ?? 0)));
}

function read(text) {
  const query = new URLSearchParams(text);
  const number = (name, otherwise, least, most) => within(query.has(name) ? Number(query.get(name)) : otherwise, least, most);
  const x = parse(query.get('x') ?? '0', MOST);
  const w = parse(query.get('w') ?? '1', KERNEL);
  const channels = x.length;
  return {
    x,
    w: resized(w, channels, w[0].length, w[0][0].length),
    b: Number.isFinite(Number(query.get('b'))) ? Number(query.get('b')) : 0,
    s: number('s', 1, 1, 4),
    p: number('p', 0, 0, 4),
    d: number('d', 1, 1, 4),
    dy: query.has('dy') ? parse(query.get('dy'), MOST + 8) : [[]],
    backward: query.get('view') === 'backward',
    at: query.get('at') ?? '',
  };
}

/** The output's rows and columns; below 1 if the kernel does not fit. */
function outputs({ x, w, s, p, d }) {
  const along = (size, kernel) => Math.floor((size + 2 * p - d * (kernel - 1) - 1) / s) + 1;
  return [along(x[0].length, w[0].length), along(x[0][0].length, w[0][0].length)];
}

/** Every product of the convolution with its positions, without those in the padding. */
function* products(state) {
  const { x, w, s, p, d } = state;
  const [rows, columns] = outputs(state);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      for (let c = 0; c < x.length; c++) {
        for (let u = 0; u < w[0].length; u++) {
          for (let v = 0; v < w[0][0].length; v++) {
            const r = i * s + u * d - p;
            const q = j * s + v * d - p;
            if (x[c][r]?.[q] !== undefined) yield { i, j, c, u, v, r, q };
          }
        }
      }
    }
  }
}

/** All sums by the name of their cell: the terms, the total, and the cells that it reads. */
function sums(state) {
  const { x, w, b, dy } = state;
  const all = new Map();
  const name = (of, c, i, j) => `${of}:${c},${i},${j}`;
  const cell = (key, first = null) => {
    if (!all.has(key)) all.set(key, { terms: [], total: first ?? 0, first, reads: [] });
    return all.get(key);
  };
  const add = (key, a, ofA, z, ofZ, first) => {
    const sum = cell(key, first);
    sum.terms.push([a, z]);
    sum.total += a * z;
    sum.reads.push(ofA, ofZ);
  };
  for (const { i, j, c, u, v, r, q } of products(state)) {
    const pixel = name('x', c, r, q);
    const weight = name('w', c, u, v);
    const output = name('y', 0, i, j);
    if (!state.backward) add(output, w[c][u][v], weight, x[c][r][q], pixel, b);
    else {
      const g = dy[0][i][j];
      add(name('dw', c, u, v), g, name('dy', 0, i, j), x[c][r][q], pixel);
      add(name('dx', c, r, q), g, name('dy', 0, i, j), w[c][u][v], weight);
    }
  }
  const [rows, columns] = outputs(state);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      if (!state.backward) cell(name('y', 0, i, j), b); // only padding under its window
      else {
        const sum = cell('db:0,0,0');
        sum.terms.push([dy[0][i][j]]);
        sum.total += dy[0][i][j];
        sum.reads.push(name('dy', 0, i, j));
      }
    }
  }
  if (state.backward) {
    x.forEach((map, c) => map.forEach((row, i) => row.forEach((_, j) => cell(name('dx', c, i, j)))));
    w.forEach((map, c) => map.forEach((row, i) => row.forEach((_, j) => cell(name('dw', c, i, j)))));
  }
  return all;
}

const bracketed = (value) => (value < 0 ? `(${short(value)})` : short(value));

/** 1 + 1·2 − 1·6 */
function written({ terms, first }) {
  const parts = first === null ? [] : [short(first)];
  for (const [a, z] of terms) {
    const text = z === undefined ? short(Math.abs(a)) : `${short(Math.abs(a))}·${bracketed(z)}`;
    parts.push(parts.length === 0 ? (a < 0 ? `−${text}` : text) : `${a < 0 ? '−' : '+'} ${text}`);
  }
  return parts.length ? parts.join(' ') : '0';
}

const SQUARE = `x=${times(6, (i) => times(6, (j) => (i % 5 && j % 5 ? 9 : 0)).join(',')).join(';')}`;
const READY = {
  'In the book': 'x=1,2,3;4,5,6;7,8,9&w=1,2;3,4&b=1&dy=1,0;2,-1',
  'Blur': `${SQUARE}&w=0.25,0.25;0.25,0.25`,
  'Find edges': `${SQUARE}&w=-1,0,1;-2,0,2;-1,0,1&p=1`,
  'Stride 2': `${SQUARE}&w=0.25,0.25;0.25,0.25&s=2`,
  'Dilation 2': `${SQUARE}&w=1,1;1,1&d=2`,
};

export const FIRST = Object.values(READY)[0];

/** Buttons that put ready examples on a board. */
export const ready = (board) => el('div', { class: 'row', role: 'group', 'aria-label': 'Ready examples' }, ...Object.entries(READY).map(([name, text]) => quiet({ onclick: () => board.set(text) }, name)));

/** text is the state, as in the address. */
export function convolution(text, onchange) {
  const own = `conv${++boards}`;
  let state = read(text);
  let cells = new Map();
  let known = new Map();
  const error = el('p', { class: 'error', role: 'status' });
  const sum = el('p', { class: 'sum', role: 'status' });
  const all = el('ol', { class: 'all-sums' });
  const list = el('details', {}, el('summary', {}, 'All sums'), all);
  const grids = el('div', { class: 'grids' });
  const field = (name, label, least, most, get, set) => {
    const input = el('input', { type: 'number', id: `${own}-${name}`, 'data-set': name, min: least, max: most, step: name === 'b' ? 'any' : 1, onchange: () => {
      const typed = Number(input.value);
      const taken = name === 'b' ? typed || 0 : within(typed, least, most);
      set(taken);
      draw();
      if (typed === taken) return;
      error.textContent = `${label} can be ${least} to ${most}, whole: ${taken} was taken. ${error.textContent}`;
      error.hidden = false;
    } });
    return { input, get, element: el('label', { for: input.id }, label, input) };
  };
  const size = (rows, columns, channels) => (state.x = resized(state.x, channels, rows, columns));
  const fields = [
    field('h', 'Rows', 1, MOST, () => state.x[0].length, (n) => size(n, state.x[0][0].length, state.x.length)),
    field('c', 'Columns', 1, MOST, () => state.x[0][0].length, (n) => size(state.x[0].length, n, state.x.length)),
    field('n', 'Channels', 1, CHANNELS, () => state.x.length, (n) => {
      size(state.x[0].length, state.x[0][0].length, n);
      state.w = resized(state.w, n, state.w[0].length, state.w[0][0].length);
    }),
    field('k', 'Kernel', 1, KERNEL, () => state.w[0].length, (n) => (state.w = resized(state.w, state.x.length, n, n))),
    field('s', 'Stride', 1, 4, () => state.s, (n) => (state.s = n)),
    field('p', 'Padding', 0, 4, () => state.p, (n) => (state.p = n)),
    field('d', 'Dilation', 1, 4, () => state.d, (n) => (state.d = n)),
    field('b', 'Bias', -99, 99, () => state.b, (n) => (state.b = n)),
  ];
  const rare = [fields[2], fields[6]];
  const backward = el('input', { type: 'checkbox', role: 'switch', id: `${own}-backward`, 'data-set': 'backward', onchange: () => {
    state.backward = backward.checked;
    state.at = '';
    draw();
  } });

  /** A number that one types. */
  function editable(of, c, i, j, values) {
    const input = el('input', { type: 'text', inputmode: 'decimal', 'aria-label': `${of} ${place(of, c, i, j)}`, value: String(values[c][i][j]), 'data-cell': `${of}:${c},${i},${j}`, autocomplete: 'off' });
    input.addEventListener('input', () => {
      const value = Number(input.value.replace('−', '-').replace(',', '.'));
      input.setAttribute('aria-invalid', String(!Number.isFinite(value)));
      if (Number.isFinite(value)) {
        values[c][i][j] = value;
        recompute();
      }
    });
    return input;
  }

  const place = (of, c, i, j) => (of === 'db' ? '' : `${state.x.length > 1 && of !== 'y' && of !== 'dy' ? `channel ${c}, ` : ''}row ${i}, column ${j}`);

  function computed(of, c, i, j) {
    const key = `${of}:${c},${i},${j}`;
    return el('button', { 'data-cell': key, onclick: () => {
      state.at = key;
      mark();
      onchange(stated());
    } });
  }

  /** A map as a table: typed numbers or sums; a rim of padding around x. */
  function grid(of, title, c, rows, columns, make, rim = 0) {
    const body = times(rows + 2 * rim, (i) => el('tr', {}, ...times(columns + 2 * rim, (j) => {
      const inside = i >= rim && j >= rim && i < rows + rim && j < columns + rim;
      const cell = el('td', { class: inside ? null : 'rim' }, inside ? make(of, c, i - rim, j - rim) : '0');
      const key = `${of}:${c},${i - rim},${j - rim}`;
      cells.set(key, { cell, control: cell.firstElementChild });
      return cell;
    })));
    return el('table', { class: 'cells' }, el('caption', {}, title), el('tbody', {}, ...body));
  }

  /** Arrow keys go to the neighbour; within text they move the caret. */
  function move(event) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const key = event.target.dataset?.cell;
    if (!step || !key || (event.target.tagName === 'INPUT' && step[1])) return;
    const [of, c, i, j] = key.split(/[:,]/);
    const next = cells.get(`${of}:${c},${Number(i) + step[0]},${Number(j) + step[1]}`)?.control;
    if (!next) return;
    event.preventDefault();
    next.focus();
    if (next.tagName === 'BUTTON') next.click();
  }
  grids.addEventListener('keydown', move);

  const stated = () => {
    const { x, w, b, s, p, d, dy, at } = state;
    return `x=${write(x)}&w=${write(w)}&b=${b}&s=${s}&p=${p}&d=${d}&dy=${write(dy)}${state.backward ? '&view=backward' : ''}${at ? `&at=${at}` : ''}`;
  };

  /** Creates the cells of a new shape. */
  function draw() {
    const [rows, columns] = outputs(state);
    for (const { input, get } of fields) input.value = String(get());
    backward.checked = state.backward;
    cells = new Map();
    const fits = rows > 0 && columns > 0;
    const covered = state.d * (Math.max(state.w[0].length, state.w[0][0].length) - 1) + 1;
    error.textContent = fits ? '' : `The kernel covers ${covered} rows and columns, more than the input has with its padding: take a smaller kernel or dilation, or more padding.`;
    error.hidden = fits;
    sum.hidden = list.hidden = !fits;
    grids.replaceChildren();
    if (!fits) {
      known.clear();
      onchange(stated());
      return;
    }
    state.dy = resized(state.dy, 1, rows, columns);
    const named = (name, c, of) => (of.length > 1 ? `${name}, channel ${c}` : name);
    const group = (...tables) => el('div', { class: 'maps-of' }, ...tables);
    const typed = (values) => (of, c, i, j) => editable(of, c, i, j, values);
    const maps = (of, title, values, make, rim) => group(...values.map((map, c) => grid(of, named(title, c, values), c, map.length, map[0].length, make, rim)));
    const sign = (text) => el('span', { class: 'sign', 'aria-hidden': 'true' }, text);
    grids.append(maps('x', 'x, the input', state.x, typed(state.x), state.p), sign('∗'), maps('w', 'w, the kernel', state.w, typed(state.w)));
    if (state.backward) {
      grids.append(sign('←'), maps('dy', 'dy, given', state.dy, typed(state.dy)), maps('dx', 'dx', state.x, computed), maps('dw', 'dw', state.w, computed), maps('db', 'db', [[[0]]], computed));
    } else grids.append(sign('='), maps('y', 'y, the output', state.dy, computed));
    recompute();
  }

  /** The same cells with other numbers. */
  function recompute() {
    known = sums(state);
    for (const [key, { total }] of known) {
      const control = cells.get(key)?.control;
      if (!control) continue;
      control.textContent = short(total);
      control.dataset.value = String(total);
      const [of, c, i, j] = key.split(/[:,]/);
      control.setAttribute('aria-label', `${of} ${place(of, c, i, j)}: ${short(total)}`);
    }
    all.replaceChildren(...[...known].map(([key, each]) => el('li', { 'data-sum': key }, line(key, each))));
    if (!known.has(state.at)) state.at = [...known.keys()][0];
    mark();
    onchange(stated());
  }

  function line(key, each) {
    const [of, c, i, j] = key.split(/[:,]/);
    const many = state.x.length > 1 && (of === 'dx' || of === 'dw');
    return `${of}${of === 'db' ? '' : `[${many ? `${c}, ` : ''}${i}, ${j}]`} = ${written(each)} = ${short(each.total)}`;
  }

  /** Colours the cells, and frames the inputs of the chosen sum. */
  function mark() {
    const chosen = known.get(state.at);
    if (!chosen) return;
    const reads = new Set(chosen.reads);
    const scales = new Map();
    const value = (key, control) => (control?.tagName === 'INPUT' ? Number(control.value.replace('−', '-')) || 0 : (known.get(key)?.total ?? 0));
    for (const [key, { control }] of cells) {
      const of = key.split(':')[0];
      scales.set(of, Math.max(scales.get(of) ?? 0, Math.abs(value(key, control))));
    }
    for (const [key, { cell, control }] of cells) {
      const colour = colourOf(value(key, control), 2 * (scales.get(key.split(':')[0]) || 1));
      cell.style.backgroundColor = `rgb(${colour})`;
      cell.style.color = inkOn(colour);
      cell.classList.toggle('read', reads.has(key) || (control === null && padded(key)));
      if (control?.tagName === 'BUTTON') control.setAttribute('aria-pressed', String(key === state.at));
    }
    sum.textContent = line(state.at, chosen);
  }

  /** Whether a place of the rim lies under the chosen output's window. */
  function padded(key) {
    const [of, , i, j] = state.at.split(/[:,]/);
    if (of !== 'y') return false;
    const [, , r, q] = key.split(/[:,]/).map(Number);
    const under = (at, output, kernel) => {
      const k = (at - (output * state.s - state.p)) / state.d;
      return Number.isInteger(k) && k >= 0 && k < kernel;
    };
    return under(r, Number(i), state.w[0].length) && under(q, Number(j), state.w[0][0].length);
  }

  const element = el('div', { class: 'convolution' },
    el('div', { class: 'settings-row' }, ...fields.filter((each) => !rare.includes(each)).map((each) => each.element),
      el('details', { open: rare.some(({ get }) => get() > 1) }, el('summary', {}, 'More'), ...rare.map((each) => each.element)),
      el('label', { class: 'check', for: backward.id }, backward, 'Backward')),
    scrolled('The numbers', grids), error, sum, list);
  onTheme(mark);
  draw();
  return {
    element,
    /** Another state. */
    set(other) {
      state = read(other);
      draw();
    },
  };
}
