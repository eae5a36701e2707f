// The examinations: of a run, beside the healthy one.
import { el, named, note, scrolled, tableOf, td } from '../api.js';
import { histogram, paintPixels, short } from '../inside/palette.js';
import { LossChart } from '../lesson/chart.js';

const LAYERS = ['conv1', 'conv2', 'dense1', 'dense2'];

/** A number, also one that JSON lacks. */
export const shown = (value) => (Number.isFinite(Number(value)) ? short(Number(value)) : String(value) === 'NaN' ? 'NaN' : '∞');
const percent = (value) => (Number.isFinite(Number(value)) ? `${short(Number(Number(value).toPrecision(3)))} %` : shown(value));

/** A table: its head, and rows that begin with their name. */
const table = (head, ...rows) => scrolled(head[0], tableOf({}, null, head, rows.map(([name, ...cells]) => el('tr', {}, named(name), ...cells.map((text) => td(text))))));

function curve(run, healthy) {
  const chart = new LossChart();
  for (const [name, losses] of [['healthy, training', healthy.curve], ['this run, held out', run.heldOut], ['this run, training', run.curve]]) {
    const start = name.endsWith('out') ? 0 : 32; // a point of the training loss is the mean of two steps
    const points = losses.map((loss, k) => [start + (k * (1920 - start)) / (losses.length - 1), Number(loss)]);
    chart.begin(name, false);
    const known = start ? points : points.filter(([, loss]) => Number.isFinite(loss)); // one mark of NaN is enough
    Object.assign(chart.trainings.at(-1), { losses: known, means: known });
  }
  chart.draw();
  return [chart.element, chart.legend];
}

/** The percentages of a run in equal bins, with marks for those of the healthy one. */
function compared(title, [most, deviation, ...bins], other) {
  const marks = other.slice(2);
  const line = ([size, spread]) => `±${shown(size)}, deviation ${shown(spread)}`;
  return histogram(title, bins, 100, `percent in ${bins.length} equal bins: ${bins.join(', ')}; healthy: ${marks.join(', ')}`, [line([most, deviation]), note(`healthy ${line(other)}`)], marks);
}

const histograms = (run, healthy) => [el('div', { class: 'histograms' }, ...LAYERS.flatMap((layer, a) => ['weights', 'outputs', 'gradients'].map((kind) => compared(`${layer}, ${kind}`, run.histograms[kind][a], healthy.histograms[kind][a]))))];

/** @param {number} most the largest number that the network gets; a picture's own is 1 */
const pictures = (title, list, most, all) => [el('p', {}, `${title}; the largest number is ${shown(most)}:`), el('ul', { class: 'pictures' }, ...list.map(([number, label, answer]) => {
  const halves = Array.from(atob(all[number]), (byte) => byte.charCodeAt(0));
  const canvas = el('canvas', { class: 'pixels', role: 'img', 'aria-label': 'Picture' });
  paintPixels(canvas, halves.flatMap((byte) => [byte >> 4, byte & 15]).map((ink) => Math.min(255, 17 * ink * most)), 1, 28, 28);
  return el('li', {}, canvas, el('strong', {}, `label ${label}`), `answer ${answer < 0 ? 'NaN' : answer}`);
}))];

/** By name: the title, what it shows of a run and the healthy one, and how to read it. */
export const EXAMS = {
  first: { title: 'Loss of the first step', about: 'A network that knows nothing guesses among ten: −ln 0.1 = 2.303. Small random weights begin near it.', show: (run, healthy) => [table(['Loss', 'this run', 'healthy', 'a guess'], ['first batch of 16', shown(run.first), shown(healthy.first), '2.303'])] },
  curve: { title: 'Loss curve', about: 'A point each two steps of training, and each twelve for the held-out digits. Losses above 4 are drawn at the upper edge.', show: curve },
  accuracy: { title: 'Accuracy', about: 'After the training. “Sent in later” are digits of users, with labels that people checked.', show: (run, healthy) => [table(['Right answers', 'this run', 'healthy'], ...[['training', 'training digits'], ['heldOut', 'held-out digits'], ['later', 'sent in later']].map(([key, title]) => [title, percent(run.accuracy[key]), percent(healthy.accuracy[key])]))] },
  gradient: { title: 'Gradient check', about: 'The gradients of the code against differences of the loss: the length of their difference, as a share of the larger one. Below 1e-5 they agree; 1 means that nothing agrees. It judges the code, so it starts all runs from the healthy weights and biases of 0.1.', show: (run, healthy) => [table(['Difference', 'weights', 'healthy', 'biases', 'healthy'], ...LAYERS.map((layer) => [layer, ...['w', 'b'].flatMap((kind) => [shown(run.gradient[layer + kind]), shown(healthy.gradient[layer + kind])])]))] },
  histograms: { title: 'Histograms', about: 'Before the first step, each from minus to plus the largest size; marks: the healthy run. Heights are logarithmic. Outputs of conv1 and dense1 are those after the ReLU.', show: histograms },
  dead: { title: 'Dead units', about: 'Maps of conv1 and units of dense1 that are 0 for each of 64 training digits: they give nothing, and no gradient passes.', show: (run, healthy) => [table(['Dead', 'at the start', 'at the end', 'healthy, at the end'], ...['conv1', 'dense1'].map((layer, k) => [layer, percent(run.dead[k]), percent(run.deadAtEnd[k]), percent(healthy.deadAtEnd[k])]))] },
  pictures: { title: 'Ten pictures', about: 'Drawn from the numbers that the network gets: 0 is black, 1 and more is white. Answers are those after the training.', show: (run, _, all) => [...pictures('The first training batch', run.pictures.batch, run.pictures.most[0], all), ...pictures('Held out', run.pictures.heldOut, run.pictures.most[1], all)] },
  steps: { title: 'Gradients and steps', about: 'The length of each layer’s gradient in the first step; how far that step, and all 120, moved the weights, in percent of their length.', show: (run, healthy) => [table(['Layer', 'weights', 'gradient', 'healthy', 'first step', 'healthy', 'all steps', 'healthy'], ...LAYERS.map((layer, a) => [layer, run.weights[a].toLocaleString('en'), ...[run, healthy].map((each) => shown(each.norms[a])), ...[run, healthy].map((each) => percent(each.step[a])), ...[run, healthy].map((each) => percent(each.moved[a]))]))] },
  sets: { title: 'Compare the sets', about: 'Counts equal pictures, pixel by pixel.', show: (run, healthy) => [table(['Digits', 'this run', 'healthy'], ...['trained on', 'held out', 'in both'].map((title, k) => [title, String(run.sets[k]), String(healthy.sets[k])]))] },
};
