package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.dataset.Dataset;
import io.fovea.golden.MnistSlice;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.tensor.Tensor;
import org.junit.jupiter.api.Test;

class CachedFeaturesTest {
  private static final Dataset IMAGES = new MnistSlice().first(64);
  private static final KernelSet KERNELS = KernelSet.fastest();

  private static Network network() {
    return Network.input(1, 28, 28)
        .conv2d(6, 5)
        .relu()
        .maxPool2d(4)
        .flatten()
        .as("features")
        .dense(10)
        .build(Initializer.he(), 3);
  }

  private static CachedFeatures features(Network network, int views, int threads) {
    return CachedFeatures.of(
        network.features("features"), IMAGES, views, new Shaken(false), 7, threads, KERNELS);
  }

  @Test
  void features_viewZero_isWhatTheCutNetworkAnswers() {
    Network network = network();
    CachedFeatures cached = features(network, 2, 2);
    float[] pixels = new float[28 * 28];
    IMAGES.pixels(5, pixels, 0);
    network.preprocessing().apply(pixels, 0, pixels.length);
    try (Classifier classifier = Classifier.of(network.features("features"), 1, KERNELS)) {
      float[] y = classifier.outputs(Tensor.on(pixels, 0, network.graph().input(), 1)).toArray();
      for (int f = 0; f < cached.width(); f++) {
        assertThat(cached.value(5, 0, f)).isEqualTo(y[f]);
      }
    }
    assertThat(cached.value(5, 1, 0)).isNotEqualTo(cached.value(5, 0, 0));
    assertThat(cached.label(5)).isEqualTo(IMAGES.label(5));
  }

  /** The colour around augmented images needs all of them once more. */
  @Test
  void features_ofOneView_readEachImageOnce() {
    SlowImages slow = new SlowImages(IMAGES);
    Network cut = network().features("features");
    CachedFeatures one = CachedFeatures.of(cut, slow, 1, new Shaken(false), 7, 2, KERNELS);
    assertThat(slow.read).hasValue(64);
    assertThat(one.value(5, 0, 0)).isEqualTo(features(network(), 1, 1).value(5, 0, 0));
    CachedFeatures.of(cut, slow, 2, new Shaken(false), 7, 2, KERNELS);
    assertThat(slow.read.get()).isGreaterThan(64 + 2 * 64);
  }

  @Test
  void features_mixtures_areRefused() {
    assertThatThrownBy(
            () ->
                CachedFeatures.of(
                    network().features("features"), IMAGES, 2, new Shaken(), 1, 1, KERNELS))
        .hasMessage(
            "features: expects 1 view or more and an augmentation without mixtures, got 2 and \"shaken\"; leave mixup and cutmix out");
  }
}
