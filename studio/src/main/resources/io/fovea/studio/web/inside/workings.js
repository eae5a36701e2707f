// The calculation of one number, by kind of layer: inputs, products, sums, result.
import { el, hint, scrolled, tableOf, td } from '../api.js';
import { colourOf, inkOn, short, sizeOf } from './palette.js';

/** A number in the text; the exact one is in data-value and, for people, in the title. */
export function number(value, id) {
  return el('data', { value: String(value), title: String(value), class: 'number', id: id ?? null, 'data-value': String(value) }, short(value));
}

/** A cell of a table; a hover shows all digits. */
export const exact = (value, text = short(value)) => el('td', { 'data-value': String(value), title: String(value) }, text);

/** Numbers in rows and columns, coloured like the maps. */
export function table(caption, values, columns, { id, marked = -1, inside, scale = sizeOf(values) } = {}) {
  const rows = [];
  for (let at = 0; at < values.length; at += columns) {
    const cells = values.slice(at, at + columns).map((value, k) => {
      const outside = inside && !inside[at + k];
      const cell = el('td', { 'data-value': String(value), title: outside ? 'padding: outside of the map' : String(value), class: at + k === marked ? 'winner' : null }, outside ? '·' : short3(value));
      if (outside) {
        cell.classList.add('outside');
        return cell;
      }
      const colour = colourOf(value, scale);
      cell.style.backgroundColor = `rgb(${colour})`;
      cell.style.color = inkOn(colour);
      return cell;
    });
    rows.push(el('tr', {}, ...cells));
  }
  return el('table', { class: 'numbers', id: id ?? null }, el('caption', {}, caption), el('tbody', {}, ...rows));
}

/** Three digits: narrow enough for a cell. */
function short3(value) {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1000 || size < 0.001) return value.toExponential(0).replaceAll('-', '−');
  return String(Number(value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0))).replace('-', '−');
}

export const line = (...parts) => el('p', { class: 'equation' }, ...parts);

/** How strong one product is among others, as a bar in a table. */
export function bar(value, largest) {
  const meter = el('span', { class: value < 0 ? 'meter minus' : 'meter' });
  meter.style.width = `${(100 * Math.abs(value)) / largest}%`;
  return el('td', { class: 'bar', 'aria-hidden': 'true' }, meter);
}

/** Whether a sum in double and the model's float look the same in four digits. */
function precision(exact, value) {
  const difference = Math.abs(exact - value);
  return difference === 0
    ? 'The model has exactly this number.'
    : `The model has ${value}: it computes with about seven digits, so the last ones may differ (here by ${difference.toExponential(1)}).`;
}

function convolution(c, view) {
  const strongest = c.channels.reduce((best, each, k) => (Math.abs(each.sum) > Math.abs(c.channels[best].sum) ? k : best), 0);
  const chosen = view.source !== null && c.channels[view.source] ? view.source : strongest;
  const taps = c.channels[chosen];
  const products = taps.x.map((x, k) => x * taps.w[k]);
  const parts = [];
  if (c.channels.length > 1) {
    parts.push(
      hint(`The kernel reads all ${c.channels.length} maps of ${c.input}, each with its own weights. Their sums (choose one to see its numbers):`),
      el(
        'div',
        { class: 'chips', role: 'group', 'aria-label': 'Sums of the maps' },
        ...c.channels.map((each, k) =>
          el('button', { class: 'chip', 'aria-pressed': String(k === chosen), onclick: () => view.chooseSource(k) }, `${each.channel}: ${short(each.sum)}`),
        ),
      ),
    );
  }
  parts.push(
    el(
      'div',
      { class: 'tables' },
      table(`map ${taps.channel} of ${c.input} under the kernel`, taps.x, c.place.width, { id: 'taps-x', inside: c.inside }),
      el('span', { class: 'sign', 'aria-hidden': 'true' }, '×'),
      table('the kernel’s weights', taps.w, c.place.width, { id: 'taps-w' }),
      el('span', { class: 'sign', 'aria-hidden': 'true' }, '='),
      table('products', products, c.place.width, { id: 'taps-products' }),
    ),
    line('Sum of these products: ', number(taps.sum)),
    line(c.channels.length > 1 ? 'All maps together: ' : 'Products ', number(c.channels.reduce((all, each) => all + each.sum, 0)), ' + bias ', number(c.bias), ' = ', number(c.sum, 'sum')),
    hint(precision(c.sum, c.value)),
  );
  return { parts, place: c.place, padding: c.padding, input: c.input, channel: taps.channel, feeds: c.channels.map((each) => ({ node: c.input, channel: each.channel, strength: each.sum })) };
}

function pooling(c, view) {
  const mean = c.winner < 0;
  const parts = [
    el('div', { class: 'tables' }, table(`the window on map ${view.at.channel} of ${c.input}`, c.x, c.place.width, { id: 'taps-x', marked: c.winner, inside: c.inside })),
    mean
      ? line('Sum ', number(c.sum), ` / ${c.divisor} numbers = `, number(c.sum / c.divisor, 'sum'))
      : line('The largest: ', number(c.x[c.winner], 'sum'), ` (row ${Math.floor(c.winner / c.place.width)}, column ${c.winner % c.place.width} of the window). The others are ignored.`),
  ];
  return { parts, place: c.place, input: c.input, channel: view.at.channel };
}

const SAID = {
  relu: 'max(0, x): negative numbers become zero.',
  tanh: 'tanh(x): squeezed between −1 and 1.',
  sigmoid: '1 / (1 + e^−x): squeezed between 0 and 1.',
};

function simple(c, view) {
  const point = { top: view.at.i, left: view.at.j, height: 1, width: 1, stepDown: 1, stepAcross: 1 };
  return { place: point, input: c.input, channel: view.at.channel };
}

function applied(c, view) {
  const parts = [
    line(`x = `, number(c.x), ` → ${c.function.replaceAll('_', ' ')} → `, number(c.value, 'sum')),
    hint(SAID[c.function] ?? 'One number in, one number out.'),
  ];
  return { parts, ...simple(c, view) };
}

function normalisation(c, view) {
  const parts = [
    line('x = ', number(c.x), ', mean of this map while training ', number(c.mean), ', variance ', number(c.variance)),
    line('(', number(c.x), ' − ', number(c.mean), ') / √(', number(c.variance), ` + ${c.epsilon}) = `, number(c.normalised)),
    line('γ ', number(c.gamma), ' × ', number(c.normalised), ' + β ', number(c.beta), ' = ', number(c.result, 'sum')),
    hint(precision(c.result, c.value)),
  ];
  return { parts, ...simple(c, view) };
}

function weighted(c, view) {
  const largest = Math.max(...c.strongest.map((each) => Math.abs(each.product)), 1e-30);
  const rows = c.strongest.map((each) => {
    const from = c.maps === c.input ? `${c.input} ${each.feature}` : `${c.maps} (${each.channel}; ${each.i}, ${each.j})`;
    return el(
      'tr',
      {},
      td(from),
      ...[each.x, each.w, each.product].map((value) => exact(value)),
      bar(each.product, largest),
    );
  });
  const heads = [c.maps === c.input ? 'from' : 'from (map; row, column)', 'input x', 'weight w', 'x × w', 'strength'];
  const parts = [
    scrolled('Strongest contributions', tableOf({ id: 'contributions' }, `The ${rows.length} strongest of ${rows.length + c.others} contributions to ${view.title}`, heads, rows)),
    line('These ', number(c.positive + c.negative - c.rest), ` + the other ${c.others}: `, number(c.rest), ' + bias ', number(c.bias), ' = ', number(c.sum, 'sum')),
    line('The positive contributions sum to ', number(c.positive), ', the negative ones to ', number(c.negative), '.'),
    hint(precision(c.sum, c.value)),
  ];
  const strengths = new Map();
  for (const each of c.strongest) strengths.set(each.channel, (strengths.get(each.channel) ?? 0) + each.product);
  const feeds = c.maps === c.input ? [{ node: c.input, channel: 0, strength: c.sum }] : [...strengths].map(([channel, strength]) => ({ node: c.maps, channel, strength }));
  const first = c.strongest[0];
  return { parts, feeds, input: c.maps, channel: first?.channel ?? 0, place: first ? { top: first.i, left: first.j, height: 1, width: 1, stepDown: 1, stepAcross: 1 } : null };
}

function joined(c, view) {
  const sign = c.operation === 'add' ? ' + ' : ' × ';
  const terms = c.x.flatMap((x, k) => [k ? sign : '', `${c.inputs[k]} `, number(x)]);
  return { parts: [line(...terms, ' = ', number(c.result, 'sum'))], ...simple({ input: c.inputs[0] }, view), feeds: c.inputs.map((node, k) => ({ node, channel: view.at.channel, strength: c.x[k] })) };
}

function handedOn(c) {
  const parts = [line('Passed on unchanged from ', `${c.input}, map ${c.channel}: `, number(c.x, 'sum'))];
  return { parts, input: c.input, channel: c.channel, place: { top: c.i, left: c.j, height: 1, width: 1, stepDown: 1, stepAcross: 1 } };
}

function unshown(c) {
  return { parts: [line('The number is ', number(c.value, 'sum')), hint(`How ${c.layer.replaceAll('_', ' ')} computes it is not shown here; the book has the formula.`)], input: null, channel: 0, place: null };
}

const KINDS = {
  Convolution: convolution,
  Pooling: pooling,
  Function: applied,
  Normalisation: normalisation,
  Weighted: weighted,
  Joined: joined,
  HandedOn: handedOn,
  Unshown: unshown,
};

export function working(kind, calculation, view) {
  const made = KINDS[kind](calculation, view);
  return { feeds: made.input ? [{ node: made.input, channel: made.channel, strength: 1 }] : [], ...made };
}
