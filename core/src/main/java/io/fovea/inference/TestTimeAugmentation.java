package io.fovea.inference;

import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Image;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.preprocessing.Preprocessing.Fitted;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Test-time augmentation: a picture is classified in several views, such as crops and its mirror
 * image, and the probability of a class is their mean (Krizhevsky, Sutskever and Hinton, NIPS 2012,
 * section 4.1),
 *
 * <pre>p[k] = 1/V * sum over v of p_v[k]</pre>
 *
 * View v depends on (seed, v) only, so a picture's prediction depends neither on the pictures
 * beside it nor on threads.
 *
 * @param views how each view is made from the picture in the network's size, before scaling; {@link
 *     Augmentation#none} for the unchanged picture
 * @param seed the seed of the views
 */
public record TestTimeAugmentation(List<Augmentation> views, long seed) {
  private static final int LARGEST_BATCH = 256;

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there is no view, or one mixes images
   */
  public TestTimeAugmentation {
    views = List.copyOf(views);
    if (views.isEmpty() || views.stream().anyMatch(Augmentation::mixes)) {
      throw new IllegalArgumentException(
          "test-time augmentation: expects at least one view, and none that mixes images, got %s"
              .formatted(views.stream().map(Augmentation::text).toList()));
    }
  }

  /**
   * The maker of one view, for one thread at a time.
   *
   * @param shape (C, H, W) of the network's input
   */
  public ViewMaker maker(int view, Shape shape, Preprocessing preprocessing) {
    float[] background = new float[shape.size(0)];
    for (int c = 0; c < background.length; c++) {
      background[c] =
          switch (preprocessing.background()) {
            case DARK -> 0;
            case LIGHT -> 255;
            case MIXED -> (float) Math.clamp(255 * preprocessing.mean().get(c), 0, 255);
          };
    }
    RandomKey key = RandomKey.of(seed).with("test-time augmentation").with(view);
    Augmentation.Augmenter augmenter = views.get(view).augmenter(shape, background);
    return (pixels, offset) -> augmenter.change(pixels, offset, key);
  }

  /** Turns pictures into one of their views. */
  @FunctionalInterface
  public interface ViewMaker {
    /** Changes one picture, pixels of 0 to 255 and channels-last, in place. */
    void change(float[] pixels, int offset);
  }

  /** A classifier's predictions for some pictures, in their order. */
  public List<Prediction> classify(Classifier classifier, List<Image> images) {
    List<Prediction> answers = new ArrayList<>(images.size());
    for (int from = 0; from < images.size(); from += LARGEST_BATCH) {
      List<Image> some = images.subList(from, Math.min(from + LARGEST_BATCH, images.size()));
      List<Fitted> fitted = classifier.fitted(some);
      List<List<Prediction>> all = new ArrayList<>();
      for (int v = 0; v < views.size(); v++) {
        all.add(classifier.probabilities(inputs(v, classifier, fitted)));
      }
      answers.addAll(Classifier.doubted(Ensemble.means(all), fitted));
    }
    return answers;
  }

  private Tensor inputs(int view, Classifier classifier, List<Fitted> images) {
    Shape shape = classifier.input();
    Preprocessing preprocessing = classifier.preprocessing();
    Tensor x = Tensor.zeros(shape, images.size());
    ViewMaker maker = maker(view, shape, preprocessing);
    for (int n = 0; n < images.size(); n++) {
      int at = n * shape.elements();
      byte[] pixels = images.get(n).image().pixels();
      for (int i = 0; i < pixels.length; i++) {
        x.array()[at + i] = pixels[i] & 0xff;
      }
      maker.change(x.array(), at);
      preprocessing.apply(x.array(), at, pixels.length);
    }
    return x;
  }
}
