// What a network's outputs say of the classes, by the loss that it was trained with (see TrainedLoss.java).
import { chapter, el, hint, named, percent, scrolled, tableOf } from '../api.js';
import { exact, line, number } from './numbers.js';
import { short } from './palette.js';

const KINDS = {
  softmax: {
    bars: 'Probability of each class',
    layer: 'This layer’s outputs are the scores of the classes; softmax makes them probabilities.',
    letter: 'p',
    score: 'this class’s probability',
    caption: 'Softmax: e to the power of each logit (minus the largest, against overflow), divided by the sum of all',
  },
  sigmoid: {
    bars: 'Probability of each class by itself',
    layer: 'Each class is a question of its own to this network: sigmoid makes an output the probability of yes.',
    letter: 'p',
    score: 'the probability of yes for this class',
    caption: 'Sigmoid: 1 / (1 + e^−z) for each class by itself; they need not sum to 1',
    factor: 'The loss is a mean over the classes: hence the factor.',
  },
  squared: {
    bars: 'Output of each class: 1 is meant for the right one, 0 for the others',
    layer: 'This network was trained to give 1 for the right class and 0 for all others. The largest output is the answer.',
    letter: 'z',
    score: 'this class’s output',
    caption: 'The outputs as they are: 1 is meant for the right class, 0 for the others',
    factor: 'The loss is a mean of squares over the classes: hence the factor.',
  },
};

export const wordsOf = ({ outputs }) => KINDS[outputs];

/** A class's score in the text. */
export const scoreText = ({ outputs }, score) => (outputs === 'squared' ? String(+score.toFixed(3)).replace('-', '−') : percent(score));

/** The last step, from the outputs to what they say of each class. */
export function scores(description, { logits, scores: all }) {
  const { outputs, labels } = description;
  const largest = outputs === 'softmax' ? Math.max(...logits) : 0;
  const powers = logits.map((z) => Math.exp(outputs === 'softmax' ? z - largest : -z));
  const columns = {
    softmax: ['logit z', `e^(z − ${short(largest)})`, 'share'],
    sigmoid: ['output z', 'e^−z', '1 / (1 + e^−z)'],
    squared: ['output z'],
  }[outputs];
  const rows = logits.map((z, k) => el('tr', {}, named(labels[k]),
    ...[[z, short(z)], [powers[k], short(powers[k])], [all[k], scoreText(description, all[k])]].slice(0, columns.length).map(([value, text]) => exact(value, text))));
  return [
    scrolled('What the outputs say', tableOf({ id: outputs }, KINDS[outputs].caption, ['class', ...columns], rows)),
    ...(outputs === 'softmax' ? [line('Sum of the powers: ', number(powers.reduce((sum, power) => sum + power, 0), 'softmax-sum')),
      hint(chapter('07-softmax-cross-entropy-l2', 'Read the chapter on softmax'))]
      : [hint('Other commands, such as fovea predict, give the softmax of these outputs, whatever the loss was.')]),
  ];
}
