// The whole network as a picture: a column a layer, with its maps; blocks of large networks are folded.
import { el } from '../api.js';
import { columnsOf } from './blocks.js';
import { paint, short, sizeOf } from './palette.js';

/** Maps above each other in a column, and the most that a column begins with. */
const ROWS = 8;
const MOST = 32;

/** A row of at most so many numbers is one above the other, and classes are named. */
const NAMED = 16;

const SVG = 'http://www.w3.org/2000/svg';

const WORDS = {
  input: 'picture',
  conv2d: 'convolution',
  max_pool2d: 'max pooling',
  avg_pool2d: 'mean pooling',
  global_avg_pool2d: 'mean of maps',
  global_max_pool2d: 'largest of maps',
  batch_norm2d: 'batch norm',
  relu: 'ReLU',
  add: 'sum',
};

/** What a kind of layer is called. */
export const wordFor = (type) => WORDS[type] ?? type.replaceAll('_', ' ');

/** How many maps a node has, and their size; a row of features is one map, wrapped. */
export function mapsOf(node) {
  if (node.shape.length === 3) {
    const [count, height, width] = node.shape;
    return { count, height, width, row: false };
  }
  const features = node.shape[0];
  const width = features <= 32 ? 1 : Math.ceil(Math.sqrt(features));
  return { count: 1, height: Math.ceil(features / width), width, row: true };
}

export function mapValues(node, values, channel) {
  const { height, width, row } = mapsOf(node);
  return row ? values : values.subarray(channel * height * width, (channel + 1) * height * width);
}

/** drawn has the blocks, and the nodes of which all maps are shown. */
export function picture({ labels, blocks, full }, { onchoose, onfold, onall }) {
  const columns = [];
  const lines = document.createElementNS(SVG, 'svg');
  lines.setAttribute('class', 'lines');
  lines.setAttribute('aria-hidden', 'true');
  const element = el('div', { class: 'network', id: 'network', role: 'group', 'aria-label': 'The network, layer by layer' }, lines);
  const last = blocks.at(-1).nodes.at(-1);
  let feeding = [];

  function move(event, buttons) {
    const at = buttons.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: ROWS, ArrowLeft: -ROWS, Home: -at, End: buttons.length - 1 - at }[event.key];
    if (at < 0 || step === undefined || !buttons[at + step]) return;
    event.preventDefault();
    buttons[at].tabIndex = -1;
    buttons[at + step].tabIndex = 0;
    buttons[at + step].focus();
  }

  function column(node, before, heading) {
    const { count, height, width, row } = mapsOf(node);
    const canvases = Array.from({ length: full.has(node.name) ? count : Math.min(MOST, count) }, () => el('canvas', { class: 'pixels', width, height }));
    const buttons = canvases.map((canvas, channel) => {
      const label = row ? `${node.name}: ${node.shape[0]} numbers` : `${node.name}: map ${channel}`;
      return el('button', { class: row ? 'map row-map' : 'map', tabindex: channel ? -1 : 0, 'aria-label': label, 'aria-pressed': 'false', title: label, 'data-node': node.name, 'data-channel': channel, onclick: () => onchoose(node, channel) }, canvas);
    });
    const one = row || count === 1;
    const maps = el('div', { class: one ? 'maps one' : 'maps', role: 'group', 'aria-label': `Maps of ${node.name}; arrow keys move`, onkeydown: (event) => move(event, buttons) }, ...buttons);
    const names = row && node === last && count === 1 && labels.length <= NAMED ? el('div', { class: 'class-names', 'aria-hidden': 'true' }, ...labels.map((name) => el('span', { title: name }, name))) : null;
    const scale = el('span', { class: 'scale' }, '±0');
    const more = count > canvases.length ? el('button', { class: 'quiet more', onclick: () => onall(node) }, `all ${count} maps`) : null;
    const others = node.inputs.filter((name) => name !== before);
    const reads = others.length && node.inputs.length ? el('span', { class: 'kind' }, `reads ${node.inputs.join(', ')}`) : null;
    const made = el('div', { class: 'column' }, heading, el('strong', {}, node.name), el('span', { class: 'kind' }, wordFor(node.type)), el('span', { class: 'kind' }, node.shape.join('×')), names ? el('div', { class: 'with-names' }, maps, names) : maps, more, scale, reads);
    if (!row) made.style.setProperty('--aspect', String(height / width));
    columns.push({ node, canvases, buttons, scale, element: made });
    return made;
  }

  let before = null;
  for (const block of blocks) {
    const foldable = block.nodes.length > 1 && block.foldable;
    const shown = columnsOf(block);
    const fold = foldable ? el('button', { class: 'quiet fold', 'aria-expanded': String(block.open), 'data-block': block.title, onclick: () => onfold(block) }, `${block.open ? '−' : '+'} ${block.title}`) : null;
    const all = shown.map((node, k) => {
      const previous = k ? shown[k - 1].name : before;
      return column(node, block.open ? previous : node.inputs[0], block.open ? null : el('span', { class: 'kind' }, `${block.nodes.length} layers, the last:`));
    });
    element.append(foldable ? el('div', { class: 'block', role: 'group', 'aria-label': `Block ${block.title}` }, fold, el('div', { class: 'block-columns' }, ...all)) : all.length === 1 ? all[0] : el('div', { class: 'block-columns' }, ...all));
    before = block.nodes.at(-1).name;
  }
  const widths = columns.map(({ node, buttons }) => (node.shape.length === 1 ? 0.9 : buttons.length === 1 ? 2.4 : Math.max(2, Math.ceil(buttons.length / ROWS))));
  element.style.setProperty('--cells', String(widths.reduce((sum, width) => sum + width, 0)));
  element.style.setProperty('--columns', String(columns.length));

  const all = columns.flatMap(({ buttons }) => buttons);

  /** Frames the maps that feed the chosen one; lines cross the gap between two columns only. */
  function drawLines() {
    lines.replaceChildren();
    for (const button of all) button.classList.remove('plus', 'minus');
    const target = element.querySelector('.map[aria-pressed="true"]');
    if (!target || !element.offsetParent) return;
    const own = element.getBoundingClientRect();
    const edge = (button, side) => button.parentElement.getBoundingClientRect()[side] - own.left;
    const middle = (button) => (button.getBoundingClientRect().top + button.getBoundingClientRect().bottom) / 2 - own.top;
    const at = columns.findIndex(({ buttons }) => buttons.includes(target));
    const largest = Math.max(...feeding.map(({ strength }) => Math.abs(strength)), 1e-30);
    for (const { node, channel, strength } of feeding) {
      const from = columns.findIndex((each) => each.node.name === node);
      const button = columns[from]?.buttons[columns[from].node.shape.length === 1 ? 0 : channel];
      if (!button) continue;
      const sign = strength < 0 ? 'minus' : 'plus';
      button.classList.add(sign);
      if (Math.abs(from - at) !== 1) continue;
      const [x0, x1] = from < at ? [edge(button, 'right'), edge(target, 'left')] : [edge(button, 'left'), edge(target, 'right')];
      const path = document.createElementNS(SVG, 'path');
      path.setAttribute('d', `M${x0} ${middle(button)}L${x1} ${middle(target)}`);
      path.setAttribute('class', sign);
      path.setAttribute('stroke-width', String(1 + (3 * Math.abs(strength)) / largest));
      path.setAttribute('data-from', `${node}/${channel}`);
      lines.append(path);
    }
  }
  new ResizeObserver(drawLines).observe(element);

  return {
    element,
    /** The nodes that have a column. */
    names: columns.map(({ node }) => node.name),
    update(valuesOf) {
      for (const { node, canvases, scale } of columns) {
        const values = valuesOf(node.name);
        if (!values) continue;
        const size = sizeOf(values);
        scale.textContent = `±${short(size)}`;
        const { height, width } = mapsOf(node);
        canvases.forEach((canvas, channel) => paint(canvas, mapValues(node, values, channel), height, width, size));
      }
    },
    choose(name, channel) {
      for (const { node, buttons } of columns) {
        buttons.forEach((button, k) => button.setAttribute('aria-pressed', String(node.name === name && (k === channel || node.shape.length === 1))));
      }
      drawLines();
    },
    /** Draws lines from the maps that feed the chosen one. */
    feed(from) {
      feeding = from;
      drawLines();
    },
  };
}
