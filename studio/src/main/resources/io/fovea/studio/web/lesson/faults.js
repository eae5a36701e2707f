// The ten faults of the published numpy version that run and change what is learned, as tutorial/Faults.java has them.

/** At which line a fault is (its beginning), what stands there instead, and what it does to the training. */
export const FAULTS = {
  1: { name: 'Pixels from 0 to 255', at: 'mean +=', code: 'x[n][k] = pixels.get(k) & 255;  // not divided by 255', effect: 'The first loss is far above ln 10 = 2.30, and then it is NaN: weights and learning rate suit inputs of about size 1.' },
  3: { name: 'Second-layer filters with one channel', at: 'double[] x3', code: 'x3[o] += w[o][0][u][v] * x2[c][i+u-P][j+v-P];  // one window for all c', effect: 'It learns, but less: the second layer sees only the sum of its input maps.' },
  6: { name: 'The bias once per product', at: 'double[] x2', code: 'y[o][i][j] += w * x + b[o];  // inside the sum', effect: 'The first layers’ biases act 25 times and more. The backward pass does not know it, so their steps are as many times too long.' },
  7: { name: 'Multiplied by a bias', at: 'double[] x2', code: 'y[o] = b[o] * sum;  // not b[o] + sum', effect: 'The biases begin at 0, so every output is 0, every gradient too, and the loss stays at ln 10 = 2.30.' },
  8: { name: '=- 1 instead of -= 1', at: 'double[] dz', code: 'dz[t] =- 1;  // assigns -1', effect: 'The gradient of the right class never becomes small, so the logits grow without end, and the loss ends in NaN.' },
  9: { name: 'Hidden gradient from the activations', at: 'double[] dx3', code: 'double[] dx3 = denseBackward(x4, x3, p.dense1, d.dense1);', effect: 'The layers below never hear of the loss. The loss ends in NaN.' },
  10: { name: 'L2 not in the gradient', at: 'loss += penalty', code: 'loss += l2 / 2 * sum;  // and nothing is added to d', effect: 'The loss counts it, the weights never shrink by it. In so short a training nothing shows.' },
  11: { name: 'Convolution backward without dx', at: 'convBackward(', code: '// no dx from conv2, so conv1 is never trained', effect: 'It learns almost as well: the filters of the first layer stay as they began. Look at them.' },
  14: { name: 'No update', at: 'update(', code: '// no update', effect: 'The loss goes up and down with the images and does not fall.' },
  15: { name: 'Initial weights of 1e-4', at: 'Parameters d', code: '// the weights began at 1e-4 times a Gaussian', effect: 'Signals and gradients all but vanish in four layers: the loss stays at ln 10 = 2.30.' },
};
