package io.fovea.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.data.augment.buffer.SamplingGrid;
import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Batch;
import io.fovea.dataset.Targets;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operations together, as a text and on images. */
class PipelineTest {
  private static final String OPERATIONS =
      " (operations: shift:PIXELS, rotate:DEGREES, scale:SHARE, shear:DEGREES,"
          + " elastic:ALPHA:SIGMA, flip:PROBABILITY, crop:PADDING, brightness:SHARE,"
          + " contrast:SHARE, erase:PROBABILITY:AREA, random-resized-crop:SMALLEST:RATIO,"
          + " hue:SHARE, color-jitter:BRIGHTNESS:CONTRAST:SATURATION:HUE,"
          + " rand-augment:COUNT:MAGNITUDE, trivial-augment, mixup:ALPHA, cutmix:ALPHA)";
  private static final String EVERYTHING =
      "rotate:10+scale:0.1+shear:5+shift:2+elastic:34:5+flip:0.5+brightness:0.2+contrast:0.3"
          + "+crop:4+erase:0.5";

  /** Presets and defaults, and texts that are written as they are read, =. */
  @ParameterizedTest
  @CsvSource({
    "affine, rotate:10+scale:0.1+shear:5+shift:2",
    "mnist, rotate:10+scale:0.1+shear:5+shift:2+elastic:34:5",
    "fashion, flip:0.5+shift:2+erase:0.5",
    "cifar, flip:0.5+crop:4",
    "shift, shift:2",
    "cifar+mixup, flip:0.5+crop:4+mixup:0.2",
    "elastic:20, elastic:20:5",
    "rotate:1e1+scale:0.10, rotate:10+scale:0.1",
    "erase:0.5:0.4, erase:0.5",
    "flip+cutmix, flip:0.5+cutmix:1",
    "none, =",
    "rotate:10+scale:0.1+shift:2+elastic:34:5+erase:0.5+mixup:0.2, =",
    "brightness:0.2+contrast:0.25+erase:1:0.15+shear:12.5, =",
    "random-resized-crop:0.08:0.75+hue:0.1+color-jitter:0.4:0.4:0.4:0.1, =",
    "rand-augment:2:9+trivial-augment, ="
  })
  void parse_anyText_readsWhatItStandsFor(String text, String expected) {
    Pipeline pipeline = Pipeline.parse(text);
    assertThat(pipeline.text()).isEqualTo(expected.equals("=") ? text : expected);
    assertThat(Pipeline.parse(pipeline.text())).isEqualTo(pipeline);
  }

  @Test
  void of_operations_isWhatTheTextReads() {
    assertThat(Pipeline.of(new Rotate(10), new Shift(2), new MixUp(0.2)))
        .isEqualTo(Pipeline.parse("rotate:10+shift:2+mixup:0.2"));
    assertThat(Pipeline.presets().keySet()).containsExactly("affine", "mnist", "fashion", "cifar");
    assertThat(Pipeline.presets().values()).allMatch(text -> !Pipeline.parse(text).mixes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rotate:200|augment: rotate expects degrees from 0 to 180, got 200",
        "rotate:-1|augment: rotate expects degrees from 0 to 180, got -1",
        "rotate:NaN|augment: rotate expects a number for degrees, got \"NaN\"",
        "rotate:ten|augment: rotate expects a number for degrees, got \"ten\"",
        "rotate:|augment: rotate expects a number for degrees, got \"\"",
        "rotate:1:2|augment: rotate takes at most 1 number, got \"rotate:1:2\"",
        "elastic:1:2:3|augment: elastic takes at most 2 numbers, got \"elastic:1:2:3\"",
        "shift:1.5|augment: shift expects a whole number, got 1.5",
        "shift:-1|augment: shift expects pixels from 0 to 1000, got -1",
        "crop:1e10|augment: crop expects a whole number, got 10000000000",
        "crop:1001|augment: crop expects padding from 0 to 1000, got 1001",
        "scale:1|augment: scale expects a share from 0 to 0.9, got 1",
        "shear:90|augment: shear expects degrees from 0 to 60, got 90",
        "elastic:34:0|augment: elastic expects sigma from 0.5 to 50, got 0",
        "elastic:-1:4|augment: elastic expects alpha from 0 to 1000, got -1",
        "flip:2|augment: flip expects a probability from 0 to 1, got 2",
        "brightness:2|augment: brightness expects a share from 0 to 1, got 2",
        "contrast:-0.1|augment: contrast expects a share from 0 to 1, got -0.1",
        "erase:50|augment: erase expects a probability from 0 to 1, got 50",
        "erase:0.5:2|augment: erase expects a largest share of the area from 0.02 to 1, got 2",
        "random-resized-crop:0|augment: random-resized-crop expects a smallest share from 0.01 to 1, got 0",
        "random-resized-crop:1:0|augment: random-resized-crop expects a ratio from 0.1 to 1, got 0",
        "hue:0.6|augment: hue expects a share from 0 to 0.5, got 0.6",
        "color-jitter:2|augment: color-jitter expects a brightness from 0 to 1, got 2",
        "color-jitter:0:2|augment: color-jitter expects a contrast from 0 to 1, got 2",
        "color-jitter:0:0:2|augment: color-jitter expects a saturation from 0 to 1, got 2",
        "color-jitter:0:0:0:1|augment: color-jitter expects a hue from 0 to 0.5, got 1",
        "rand-augment:0|augment: rand-augment expects a count from 1 to 14, got 0",
        "rand-augment:2:31|augment: rand-augment expects a magnitude from 0 to 30, got 31",
        "rand-augment:1.5|augment: rand-augment expects a whole number, got 1.5",
        "trivial-augment:1|augment: trivial-augment takes no numbers, got \"trivial-augment:1\"",
        "mixup:0|augment: mixup expects alpha from 0.01 to 100, got 0",
        "cutmix:101|augment: cutmix expects alpha from 0.01 to 100, got 101",
        "flip++shift|augment: expects only none, or operations joined by +, got \"flip++shift\"",
        "none+flip|augment: expects only none, or operations joined by +, got \"none+flip\"",
      })
  void parse_wrongNumbers_namesOperationRangeAndAllOperations(String text, String expected) {
    assertThatThrownBy(() -> Pipeline.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(expected + OPERATIONS);
  }

  @Test
  void parse_unknownOperation_suggestsTheNearest() {
    String all =
        "xpected are none, affine, mnist, fashion, cifar, shift, rotate, scale, shear, elastic,"
            + " flip, crop, brightness, contrast, erase, random-resized-crop, hue, color-jitter,"
            + " rand-augment, trivial-augment, mixup, cutmix";
    assertThatThrownBy(() -> Pipeline.parse("flip+rotat:10"))
        .hasMessage("augment: no operation is named \"rotat\"; did you mean \"rotate\"? E" + all);
    assertThatThrownBy(() -> Pipeline.parse("everything"))
        .hasMessage("augment: no operation is named \"everything\"; e" + all);
  }

  @Test
  void parse_anOperationTwice_isRefused() {
    assertThatThrownBy(() -> Pipeline.parse("shift:1+flip+shift:2"))
        .hasMessage(
            "augment: shift is there twice, got \"shift:1+flip:0.5+shift:2\"; leave one out");
  }

  @Test
  void augmenter_cropAsLargeAsTheImages_isRefused() {
    assertThatThrownBy(
            () -> Pipeline.parse("crop:20").augmenter(Shape.of(1, 20, 30), new float[] {0}))
        .hasMessage(
            "augment: crop expects padding below the sides of the images, which are 30x20, got 20;"
                + " make it smaller");
  }

  private static float[] image(Shape shape) {
    float[] pixels = new float[shape.elements()];
    for (int k = 0; k < pixels.length; k++) {
      pixels[k] = RandomKey.of(1).below(256, k);
    }
    return pixels;
  }

  private static float[] changed(String text, Shape shape, RandomKey key) {
    float[] pixels = image(shape);
    Pipeline.parse(text).augmenter(shape, new float[shape.size(0)]).change(pixels, 0, key);
    return pixels;
  }

  @Test
  void change_sameKey_samePixels_otherEpochOrImage_otherPixels() {
    for (Shape shape : List.of(Shape.of(1, 28, 28), Shape.of(3, 12, 20))) {
      RandomKey key = Augmentation.key(7, 2).with(5);
      float[] once = changed(EVERYTHING, shape, key);
      assertThat(changed(EVERYTHING, shape, Augmentation.key(7, 2).with(5))).isEqualTo(once);
      assertThat(changed(EVERYTHING, shape, Augmentation.key(7, 3).with(5))).isNotEqualTo(once);
      assertThat(changed(EVERYTHING, shape, Augmentation.key(7, 2).with(6))).isNotEqualTo(once);
      assertThat(changed(EVERYTHING, shape, Augmentation.key(8, 2).with(5))).isNotEqualTo(once);
      for (float pixel : once) {
        assertThat(pixel).isBetween(0f, 255f);
      }
    }
  }

  @Test
  void change_afterAnotherImage_atAnotherPlace_samePixels() {
    Shape shape = Shape.of(3, 12, 20);
    Augmentation.Augmenter augmenter =
        Pipeline.parse(EVERYTHING).augmenter(shape, new float[] {1, 2, 3});
    float[] two = new float[2 * shape.elements()];
    System.arraycopy(image(shape), 0, two, shape.elements(), shape.elements());
    augmenter.change(two, 0, RandomKey.of(1));
    float[] first = Arrays.copyOf(two, shape.elements());
    augmenter.change(two, shape.elements(), RandomKey.of(2));
    float[] alone = image(shape);
    Pipeline.parse(EVERYTHING)
        .augmenter(shape, new float[] {1, 2, 3})
        .change(alone, 0, RandomKey.of(2));
    assertThat(Arrays.copyOfRange(two, shape.elements(), two.length)).isEqualTo(alone);
    assertThat(Arrays.copyOf(two, shape.elements())).isEqualTo(first);
  }

  @Test
  void change_neighboursThatMove_shareOneResampling() {
    // A quarter turn of the image flipped, without anything lost beyond the edges between.
    float[] pixels = {1, 2, 3, 4};
    Shape shape = Shape.of(1, 2, 2);
    RandomKey key = RandomKey.of(3);
    Pipeline.of(new Shift(1), new Flip(1)).augmenter(shape, new float[] {0}).change(pixels, 0, key);
    int dx = key.with("shift").below(3, 0) - 1;
    int dy = key.with("shift").below(3, 1) - 1;
    float[][] source = {{1, 2}, {3, 4}};
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        int row = i - dy;
        int column = (1 - j) - dx; // first shifted, then flipped
        boolean inside = row >= 0 && row < 2 && column >= 0 && column < 2;
        assertThat(pixels[i * 2 + j]).isEqualTo(inside ? source[row][column] : 0);
      }
    }
  }

  @Test
  void change_noOperation_changesNothing() {
    Shape shape = Shape.of(3, 5, 7);
    assertThat(changed("none", shape, RandomKey.of(1))).isEqualTo(image(shape));
    assertThat(changed("mixup", shape, RandomKey.of(1))).isEqualTo(image(shape));
  }

  private static double[] drawn(
      Operation.Moving operation, ToDoubleFunction<SamplingGrid> reading) {
    double[] values = new double[1000];
    SamplingGrid grid = new SamplingGrid(3, 3);
    for (int n = 0; n < values.length; n++) {
      grid.reset();
      operation.map(grid, RandomKey.of(2).with(n));
      values[n] = reading.applyAsDouble(grid);
    }
    return values;
  }

  /** The pixel right of the centre is number 5, and comes from (1 + cos, 1 + sin). */
  @Test
  void change_parameters_fillTheirRangesEvenly() {
    assertUniform(
        drawn(new Rotate(30), at -> Math.toDegrees(Math.atan2(at.y(5) - 1, at.x(5) - 1))), 0, 30);
    assertUniform(drawn(new Scale(0.5), at -> 1 / (at.x(5) - 1)), 1, 0.5);
    assertUniform(drawn(new Shear(20), at -> Math.toDegrees(Math.atan(1 - at.x(1)))), 0, 20);
  }

  private static void assertUniform(double[] values, double middle, double limit) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance =
        Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    assertThat(mean).isEqualTo(middle, within(0.06 * limit));
    assertThat(Math.sqrt(variance)).isEqualTo(limit / Math.sqrt(3), within(0.04 * limit));
    assertThat(Arrays.stream(values)).allMatch(v -> Math.abs(v - middle) <= limit * 1.00001);
    assertThat(Arrays.stream(values).max().orElseThrow()).isGreaterThan(middle + 0.98 * limit);
    assertThat(Arrays.stream(values).min().orElseThrow()).isLessThan(middle - 0.98 * limit);
  }

  @Test
  void change_wholeSteps_areEquallyLikely() {
    for (ToDoubleFunction<SamplingGrid> reading :
        List.<ToDoubleFunction<SamplingGrid>>of(at -> at.x(4) - 1, at -> at.y(4) - 1)) {
      double[] shifts = drawn(new Shift(2), reading);
      for (int shift = -2; shift <= 2; shift++) {
        int wanted = shift;
        assertThat(Arrays.stream(shifts).filter(v -> v == wanted).count()).isBetween(155L, 245L);
      }
      assertThat(Arrays.stream(shifts)).allMatch(v -> Math.abs(v) <= 2);
    }
    double[] flips = drawn(new Flip(0.25), at -> at.x(0) == 2 ? 1 : 0);
    assertThat(Arrays.stream(flips).sum()).isBetween(205.0, 295.0);
  }

  @Test
  void mix_ofTwoKinds_givesEachImageOneOfThem() {
    Pipeline pipeline = Pipeline.parse("mixup:1+cutmix:1");
    assertThat(pipeline.mixes()).isTrue();
    Shape shape = Shape.of(1, 8, 8);
    float[] both = new float[128];
    Arrays.fill(both, 64, 128, 1);
    Batch batch = new Batch(Tensor.of(shape, 2, both), Targets.of(new int[] {0, 1}, 2, 2));
    int blended = 0;
    for (int n = 0; n < 400; n++) {
      Batch mixed =
          new Batch(Tensor.of(shape, 2, both.clone()), Targets.of(new int[] {0, 1}, 2, 2));
      pipeline.mix(mixed, batch, 0, 1, RandomKey.of(n));
      float first = mixed.x().array()[0];
      blended += first != 0 && first != 1 ? 1 : 0;
    }
    assertThat(blended).isBetween(150, 250);
  }

  private static List<String> views(String text, int count, Shape shape) {
    return Pipeline.parse(text).views(count, shape).stream().map(Augmentation::text).toList();
  }

  @Test
  void views_ofEachKind_areCropsAndFlips() {
    Shape photo = Shape.of(3, 224, 224);
    assertThat(views("none", 3, Shape.of(1, 28, 28))).containsExactly("none", "crop:2", "crop:2");
    assertThat(views("fashion+color-jitter+mixup", 4, Shape.of(1, 28, 28)))
        .containsExactly("none", "shift:2+flip:1", "shift:2", "shift:2+flip:1");
    assertThat(views("random-resized-crop+flip+trivial-augment", 2, photo))
        .containsExactly("none", "random-resized-crop:0.765625:0.75+flip:1");
    assertThat(views("flip", 3, photo)).containsExactly("none", "crop:16+flip:1", "crop:16");
    assertThat(views("mnist", 2, Shape.of(1, 28, 28)))
        .containsExactly("none", "rotate:10+scale:0.1+shear:5+shift:2");
    assertThat(views("none", 1, photo)).containsExactly("none");
  }
}
