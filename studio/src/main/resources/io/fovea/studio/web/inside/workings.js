// The calculation of one number, by kind of layer: inputs, products, sums, result. Then that of one gradient: the readers of a
// number, and the products dy × w that each hands back to it.
import { el, hint, scrolled, tableOf, td, th } from '../api.js';
import { bar, exact, line, number, table } from './numbers.js';
import { wordsOf } from './outputs.js';
import { short } from './palette.js';

/** Whether a sum in double and the model's float look the same in four digits. */
function precision(exact, value, what = 'number') {
  const difference = Math.abs(exact - value);
  return difference === 0
    ? `The model has exactly this ${what}.`
    : `The model has ${value}: it computes with about seven digits, so the last ones may differ (here by ${difference.toExponential(1)}).`;
}

/** The sums of maps or filters as buttons, and of the chosen one, else the strongest, its numbers under a kernel. */
function tapped(title, sums, view) {
  const strongest = sums.reduce((best, each, k) => (Math.abs(each.sum) > Math.abs(sums[best].sum) ? k : best), 0);
  const chosen = view.source !== null && sums[view.source] ? view.source : strongest;
  const chips = el('div', { class: 'chips', role: 'group', 'aria-label': title }, ...sums.map((each, k) =>
    el('button', { class: 'chip', 'aria-pressed': String(k === chosen), onclick: () => view.chooseSource(k) }, `${each.channel}: ${short(each.sum)}`)));
  return { chips, taps: sums[chosen] };
}

/** Numbers of a window times the weights at the same places. */
function products({ x, w, sum }, columns, [id, xTitle, wTitle], inside, insideProducts) {
  const sign = (text) => el('span', { class: 'sign', 'aria-hidden': 'true' }, text);
  return [
    el('div', { class: 'tables' }, table(xTitle, x, columns, { id, inside }), sign('×'), table(wTitle, w, columns, { id: 'taps-w' }), sign('='),
      table('products', x.map((each, k) => each * w[k]), columns, { id: 'taps-products', inside: insideProducts })),
    line('Sum of these products: ', number(sum)),
  ];
}

function convolution(c, view) {
  const { chips, taps } = tapped('Sums of the maps', c.channels, view);
  const parts = [
    ...(c.channels.length > 1 ? [hint(`The kernel reads all ${c.channels.length} maps of ${c.input}, each with its own weights. Their sums (choose one to see its numbers):`), chips] : []),
    ...products(taps, c.place.width, ['taps-x', `map ${taps.channel} of ${c.input} under the kernel`, 'the kernel’s weights'], c.inside),
    line(c.channels.length > 1 ? 'All maps together: ' : 'Products ', number(c.channels.reduce((all, each) => all + each.sum, 0)), ' + bias ', number(c.bias), ' = ', number(c.sum, 'sum')),
    hint(precision(c.sum, c.value)),
  ];
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

/** A place of one number. */
const pixel = ({ i, j }) => ({ top: i, left: j, height: 1, width: 1, stepDown: 1, stepAcross: 1 });

const simple = (c, view) => ({ place: pixel(view.at), input: c.input, channel: view.at.channel });

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
    return el('tr', {}, td(from), ...[each.x, each.w, each.product].map((value) => exact(value)), bar(each.product, largest));
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
  return { parts, feeds, input: c.maps, channel: first?.channel ?? 0, place: first ? pixel(first) : null };
}

function joined(c, view) {
  const sign = c.operation === 'add' ? ' + ' : ' × ';
  const terms = c.x.flatMap((x, k) => [k ? sign : '', `${c.inputs[k]} `, number(x)]);
  return { parts: [line(...terms, ' = ', number(c.result, 'sum'))], ...simple({ input: c.inputs[0] }, view), feeds: c.inputs.map((node, k) => ({ node, channel: view.at.channel, strength: c.x[k] })) };
}

function handedOn(c) {
  const parts = [line('Passed on unchanged from ', `${c.input}, map ${c.channel}: `, number(c.x, 'sum'))];
  return { parts, input: c.input, channel: c.channel, place: pixel(c) };
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

const BACK = {
  w: 'dy of each output, times the weight that it gives this number.',
  x: 'Each place where the weight was used: the gradient of what came out there, times what it was multiplied with.',
  1: 'Handed back as it is.',
  '1 if largest': 'A window hands its gradient to its largest number alone: the factor is 1 for the winner, else 0.',
  '1/n': 'A mean of n numbers hands each of them an n-th of its gradient.',
  'f′(x)': 'The gradient times the slope of the function at this x. For ReLU: 1 above zero, 0 below.',
  'γ / √(σ² + ε)': 'With the statistics of training fixed, a normalisation is one factor for each map.',
  'the other input': 'Each factor of a product gets the gradient times the other.',
  'x̂': 'The normalised number that γ multiplies.',
};

function filters(source, view) {
  const { chips, taps } = tapped('Sums of the filters', source.filters, view);
  const parts = [
    hint(`${source.output} reads this number. Each of its ${source.filters.length} filters hands back dy × w (choose one to see its numbers). The table has the kernel’s places: at each, dy of the output whose window has that weight on this number.`),
    chips,
    ...products(taps, source.columns, ['taps-dy', `dy of ${source.output}, map ${taps.channel}`, 'the filter’s weights w'], source.inside, source.inside),
    line(`All ${source.filters.length} filters together: `, number(source.sum, 'back-sum')),
  ];
  return { parts, output: source.output, channel: taps.channel, place: source.place.height ? source.place : null, feeds: source.filters.map((each) => ({ node: source.output, channel: each.channel, strength: each.sum })) };
}

/** dy × factor in a list, the strongest first. */
export function terms(source, nodes) {
  const maps = nodes.get(source.output)?.shape.length === 3;
  const largest = Math.max(...source.strongest.map((each) => Math.abs(each.product)), 1e-30);
  const listed = source.others ? source.strongest.filter((each) => each.product !== 0) : source.strongest;
  const count = source.strongest.length + source.others;
  if (!listed.length) return [hint(BACK[source.factor] ?? ''), line(`All ${count} products are 0, and so is their sum: `, number(source.sum, 'back-sum'))];
  const rows = listed.map((each) => {
    const from = maps ? `(${each.channel}; ${each.i}, ${each.j})` : `output ${each.channel}`;
    const cells = [each.dy, each.factor, each.product].map((value) => exact(value));
    return el('tr', {}, td(from), ...cells, bar(each.product, largest));
  });
  const heads = [`of ${source.output}${maps ? ' (map; row, column)' : ''}`, 'gradient dy', source.factor, 'product', 'strength'];
  const others = count - rows.length;
  const caption = others ? `The ${rows.length} strongest of ${count} products` : count === 1 ? 'One product' : `All ${count} products`;
  return [
    hint(BACK[source.factor] ?? ''),
    scrolled(caption, tableOf({ class: 'terms' }, caption, heads, rows)),
    others ? line('These ', number(source.sum - source.rest), ` + the other ${others}: `, number(source.rest), ' = ', number(source.sum, 'back-sum')) : line('Sum: ', number(source.sum, 'back-sum')),
  ];
}

function loss({ factor, score, target, sum }, { description }) {
  const words = wordsOf(description);
  const times = factor === 1 ? ['', ''] : [`${short(factor)} · (`, ')'];
  const parts = [
    line('dz = ', times[0], `${words.letter} − t`, times[1], ' = ', times[0], number(score), ` − ${short(target)}`, times[1], ' = ', number(sum, 'back-sum')),
    hint(`Here the backward pass begins, by ${description.loss}: ${words.letter} is ${words.score}, t is ${short(target)}, for ${target > 0.5 ? 'this is the class that is wanted' : 'another class is wanted'}.${factor === 1 ? '' : ` ${words.factor}`}`),
  ];
  return { parts, output: null, channel: 0, place: null, feeds: [] };
}

function one({ kind, source }, view, state) {
  const { nodes } = state;
  if (kind === 'Filters') return filters({ ...source, columns: kernelWidth(source, view, nodes) }, view);
  if (kind === 'Loss') return loss(source, state);
  if (kind === 'Terms') {
    const maps = nodes.get(source.output)?.shape.length === 3;
    const first = source.strongest[0];
    const place = maps && first ? pixel(first) : null;
    const strengths = new Map();
    for (const each of source.strongest) strengths.set(each.channel, (strengths.get(each.channel) ?? 0) + each.product);
    const feeds = [...strengths].map(([channel, strength]) => ({ node: source.output, channel, strength }));
    return { parts: terms(source, nodes), output: maps ? source.output : null, channel: first?.channel ?? 0, place, feeds: maps ? feeds : [{ node: source.output, channel: 0, strength: source.sum }] };
  }
  return { parts: [line('The gradient is ', number(source.sum, 'back-sum')), hint(`How ${source.layer.replaceAll('_', ' ')} hands gradients back is not shown here; the book has the formula.`)], output: null, channel: 0, place: null, feeds: [] };
}

function kernelWidth(source, view, nodes) {
  return view.kernels.get(source.output) ?? Math.round(Math.sqrt(source.inside.length));
}

export function gradientWorking({ gradient, sum, sources }, view, state) {
  const each = sources.map((source) => one(source, view, state));
  const parts = each.flatMap((made) => made.parts);
  if (each.length > 1) parts.push(line(`${each.length} readers together: `, number(sum, 'all-readers')));
  if (each.length === 0) parts.push(hint('Nothing reads this number, so it has no gradient.'));
  parts.push(hint(precision(sum, gradient, 'gradient')));
  const main = each.find((made) => made.output) ?? { output: null, channel: 0, place: null };
  return { parts, output: main.output, channel: main.channel, place: main.place, feeds: each.flatMap((made) => made.feeds) };
}
