// The form of a new run. Every setting says in one line what it does.
import { busy, el, get, post } from './api.js';

const MODELS = {
  'two-layer-cnn': 'Two convolutions and two dense layers: the network of the book.',
  pooled: 'Convolutions with pooling: small, quick, accurate on digits.',
  'pooled-bn': 'As pooled, with batch normalisation: learns faster.',
  mlp: 'Dense layers only, no convolution: a yardstick.',
  lenet5: 'LeNet-5 of 1998, the classic for digits.',
  'simple-cnn': 'Three convolutions, for small colour pictures.',
  resnet8: 'A small residual network.',
  resnet20: 'A residual network of 20 layers: slow here, accurate on photos.',
  'vgg-small': 'Many 3x3 convolutions: slow, accurate.',
  'mobilenet-small': 'Depthwise convolutions: few multiplications.',
  resnet18: 'ResNet-18, for photos from 32x32 up: slow without pretrained weights.',
  resnet34: 'ResNet-34, for photos: slower, a little more accurate.',
  resnet50: 'ResNet-50, for photos: the slowest here.',
  'mobilenet-v2': 'MobileNetV2, for photos: few multiplications, the usual start of fine-tuning.',
};

const SETTINGS = [
  { name: 'epochs', title: 'Epochs', about: 'How often the network sees every image.', value: 3, min: 1, max: 1000 },
  { name: 'limit', title: 'Images', about: 'Only the first so many training images; 0 is all. Few are quick to try with.', value: 0, min: 0 },
  { name: 'batch', title: 'Batch size', about: 'Images whose mean gradient makes one step.', value: 64, min: 1, max: 4096 },
  { name: 'lr', title: 'Learning rate', about: 'The size of a step. Too large: the loss jumps about. auto takes what suits the network.', value: 'auto' },
  { name: 'optimizer', title: 'Optimiser', about: 'How gradients become steps. sgd is the plain one, adam adapts to each weight.', options: ['sgd', 'nesterov', 'adam', 'adamw', 'rmsprop'] },
  { name: 'augment', title: 'Augmentation', about: 'Small random changes to the images, so that the network does not learn them by heart.', options: ['none', 'affine', 'mnist', 'fashion', 'cifar'] },
];

const MORE = [
  { name: 'schedule', title: 'Schedule', about: 'How the learning rate changes while training.', options: ['cosine', 'constant', 'one-cycle', 'plateau'] },
  { name: 'momentum', title: 'Momentum', about: 'The share of the last step that the next one keeps; evens out zigzags.', value: 0.9 },
  { name: 'weight-decay', title: 'Weight decay', about: 'Pulls weights towards 0, against learning by heart.', value: 0 },
  { name: 'label-smoothing', title: 'Label smoothing', about: 'How much doubt the labels get; 0.1 makes the network less sure of itself.', value: 0 },
  { name: 'validation', title: 'Held out', about: 'The share of training images kept aside to choose the best epoch by.', value: 0 },
  { name: 'seed', title: 'Seed', about: 'Everything random follows from it: same seed, same run.', value: 42 },
];

function field(setting) {
  const id = `set-${setting.name}`;
  const input = setting.options
    ? el('select', { id, name: setting.name }, ...setting.options.map((one) => el('option', {}, one)))
    : el('input', { id, name: setting.name, type: setting.min === undefined ? 'text' : 'number', value: setting.value, min: setting.min, max: setting.max, autocomplete: 'off', inputmode: setting.min === undefined ? null : 'numeric' });
  return el('label', { class: 'field', for: id }, setting.title, el('span', { class: 'hint' }, setting.about), input);
}

/** Only what differs from train's defaults is sent, so that a recipe keeps what it sets. */
function flags(entries, all, recipe) {
  const given = {};
  for (const setting of all) {
    const value = String(entries.get(setting.name) ?? '').trim();
    const standard = String(setting.value ?? setting.options[0]);
    if (value !== '' && value !== standard) given[setting.name] = value;
  }
  const model = entries.get('model');
  if (recipe) given.recipe = recipe;
  else given.model = model;
  return given;
}

/** @param {(run: string) => any} started is told a new run's name */
export function form(started) {
  const data = el('select', { id: 'set-data', name: 'data' });
  const model = el('select', { id: 'set-model', name: 'model' });
  const about = el('span', { class: 'hint about' });
  const recipes = new Map();
  const start = el('button', { type: 'submit', id: 'start' }, 'Start training');
  const wrong = el('p', { class: 'error', role: 'alert', hidden: true });
  const element = el('form', { onsubmit: (event) => {
    event.preventDefault();
    wrong.hidden = true;
    busy(start, async () => {
      const entries = new FormData(element);
      const recipe = String(entries.get('model')).startsWith('recipe:') ? String(entries.get('model')).slice(7) : '';
      try {
        const { run } = await post('/api/runs', { data: entries.get('data'), flags: flags(entries, [...SETTINGS, ...MORE], recipe) });
        await started(run);
      } catch (failure) {
        wrong.textContent = failure.message;
        wrong.hidden = false;
      }
    });
  } },
  el('label', { class: 'field', for: 'set-data' }, 'Data set', el('span', { class: 'hint' }, 'The labelled images to learn from.'), data),
  el('label', { class: 'field', for: 'set-model' }, 'Network or recipe', about, model),
  el('div', { class: 'settings' }, ...SETTINGS.map(field)),
  el('details', {}, el('summary', {}, 'More settings'), el('div', { class: 'settings' }, ...MORE.map(field))),
  wrong, start);
  const explain = () => {
    about.textContent = model.value.startsWith('recipe:')
      ? `A recipe, network and settings that go together: ${recipes.get(model.value.slice(7))} What you change below wins.` : MODELS[model.value] ?? 'A built-in network.';
  };
  model.addEventListener('change', explain);
  get('/api/choices').then((choices) => {
    data.append(...choices.data.map((set) => el('option', { value: set.name }, set.here ? set.name : `${set.name} (will be downloaded)`)));
    model.append(
      el('optgroup', { label: 'Networks' }, ...choices.models.map((name) => el('option', { value: name }, name))),
      el('optgroup', { label: 'Recipes' }, ...Object.keys(choices.recipes).map((name) => el('option', { value: `recipe:${name}` }, name))));
    Object.entries(choices.recipes).forEach(([name, words]) => recipes.set(name, words));
    if (choices.models.includes('pooled')) model.value = 'pooled';
    explain();
  }).catch((failure) => {
    wrong.textContent = failure.message;
    wrong.hidden = false;
  });
  return element;
}
