package io.fovea.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.FewImages;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.golden.MnistSlice;
import io.fovea.preprocessing.Preprocessing.Background;
import io.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreprocessingTest {
  private static final Shape GREY = Shape.of(1, 3, 3);

  private static Dataset grey(float... edges) {
    float[][] images = new float[edges.length][9];
    for (int i = 0; i < edges.length; i++) {
      Arrays.fill(images[i], edges[i]);
      images[i][4] = 255 - edges[i]; // the middle does not count
    }
    return new FewImages("grey", GREY, 2, new int[edges.length], images);
  }

  @Test
  void apply_unit_dividesBy255() {
    float[] pixels = {7, 0, 51, 255, 7};
    Preprocessing.unit(1, Background.DARK).apply(pixels, 1, 3);
    assertThat(pixels).containsExactly(7, 0, 0.2f, 1, 7);
  }

  @Test
  void apply_perChannel_shiftsAndScales() {
    Preprocessing standard =
        new Preprocessing(List.of(0.5, 0.25), List.of(0.5, 2.0), Background.MIXED);
    float[] pixels = {9, 255, 255, 0, 0, 9};
    standard.apply(pixels, 1, 4);
    assertThat(pixels).containsExactly(9, 1, 0.375f, -1, -0.125f, 9);
    float[] grey = {9, 255, 0, 51, 9};
    new Preprocessing(List.of(0.5), List.of(2.0), Background.MIXED).apply(grey, 1, 3);
    assertThat(grey).containsExactly(9, 0.25f, -0.25f, (0.2f - 0.5f) / 2, 9);
  }

  @Test
  void withScaling_oneForAllOrOneForEachOrNone_keepsTheRest() {
    Preprocessing colour = Preprocessing.imageNet();

    assertThat(colour.withScaling(List.of(0.5), List.of(1.0, 2.0, 3.0)))
        .isEqualTo(
            new Preprocessing(
                List.of(0.5, 0.5, 0.5), List.of(1.0, 2.0, 3.0), Background.MIXED, Framing.CROP));
    assertThat(colour.withScaling(List.of(), List.of())).isEqualTo(colour);
    assertThatThrownBy(() -> colour.withScaling(List.of(0.5, 0.5), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("preprocessing: expects one mean, or one for each channel (3), got [0.5, 0.5]");
    assertThatThrownBy(() -> colour.withScaling(List.of(), List.of(1.0, 2.0, 3.0, 4.0)))
        .hasMessage(
            "preprocessing: expects one deviation, or one for each channel (3), got [1.0, 2.0, 3.0, 4.0]");
    assertThatThrownBy(() -> colour.withScaling(List.of(), List.of(0.0)))
        .hasMessage(
            "preprocessing: mean must be a number and deviation above 0, got 0.485 and 0.0 in channel 0");
  }

  @Test
  void standard_twoChannels_measuresEach() {
    Dataset data =
        new FewImages(
            "colours",
            Shape.of(2, 1, 2),
            2,
            new int[] {0, 1},
            new float[] {0, 51, 255, 51},
            new float[] {0, 51, 255, 51});
    Preprocessing standard = Preprocessing.standard(data);
    assertThat(standard.mean().get(0)).isCloseTo(0.5, within(1e-15));
    assertThat(standard.deviation().get(0)).isCloseTo(0.5, within(1e-15));
    assertThat(standard.mean().get(1)).isCloseTo(0.2, within(1e-15));
    assertThat(standard.deviation().get(1)).as("a constant channel").isEqualTo(1);
    assertThat(standard.background()).isEqualTo(Background.MIXED);
    assertThat(standard.isUnit()).isFalse();
  }

  @Test
  void standard_mnist_hasTheExactMeanAndDeviation() {
    Preprocessing standard = Preprocessing.standard(new MnistSlice());
    // computed with whole numbers; over all 60,000 images they are 0.1307 and 0.3081
    assertThat(standard.mean().getFirst()).isCloseTo(0.1256174553154595, within(1e-12));
    assertThat(standard.deviation().getFirst()).isCloseTo(0.30204820953524514, within(1e-12));
    assertThat(standard.background()).isEqualTo(Background.DARK);
  }

  @Test
  void backgroundOf_edges_decidesByTheirMedian() {
    assertThat(Preprocessing.backgroundOf(grey(0, 10, 255))).isEqualTo(Background.DARK);
    assertThat(Preprocessing.backgroundOf(grey(255, 200, 0))).isEqualTo(Background.LIGHT);
    assertThat(Preprocessing.backgroundOf(grey(120, 0, 255))).isEqualTo(Background.MIXED);
    assertThat(Preprocessing.backgroundOf(grey())).isEqualTo(Background.MIXED);
    assertThat(Preprocessing.unit(grey(0, 0)).background()).isEqualTo(Background.DARK);
  }

  /** White squares of the given sides on black images of 28x28, in classes of one character. */
  private static Dataset squares(int... sides) {
    float[][] images = new float[sides.length][28 * 28];
    for (int i = 0; i < sides.length; i++) {
      for (int row = 4; row < 4 + sides[i]; row++) {
        Arrays.fill(images[i], 28 * row + 4, 28 * row + 4 + sides[i], 255);
      }
    }
    return new FewImages("squares", Shape.of(1, 28, 28), 3, new int[sides.length], images) {
      @Override
      public List<String> classes() {
        return List.of("A", "B", "C");
      }
    };
  }

  @Test
  void unit_smallGreyImages_areFramedByTheirInkNotByTheirClasses() {
    assertThat(Preprocessing.unit(squares(6, 9, 12, 15, 18, 21)).framing())
        .isEqualTo(Framing.STRETCH);
    assertThat(Preprocessing.unit(squares(20, 20, 20, 20)).framing()).isEqualTo(Framing.DIGIT);
  }

  @Test
  void backgroundOf_colour_isMixed() {
    Dataset black = new FewImages("black", Shape.of(3, 1, 1), 2, new int[1], new float[] {0, 0, 0});
    assertThat(Preprocessing.backgroundOf(black)).isEqualTo(Background.MIXED);
  }

  @Test
  void backgroundColour_isTheGroundsOrTheMean() {
    assertThat(Preprocessing.backgroundColour(grey(0, 10, 255))).containsExactly(0);
    assertThat(Preprocessing.backgroundColour(grey(255, 200, 0))).containsExactly(255);
    // 8 pixels of 120, one of 135; 8 of 0, one of 255; 8 of 255, one of 0
    assertThat(Preprocessing.backgroundColour(grey(120, 0, 255)))
        .containsExactly(new float[] {3390 / 27f}, org.assertj.core.api.Assertions.offset(1e-4f));
    Dataset colours =
        new FewImages(
            "colours",
            Shape.of(3, 1, 2),
            2,
            new int[2],
            new float[] {10, 20, 30, 20, 30, 40},
            new float[] {30, 40, 50, 40, 50, 60});
    assertThat(Preprocessing.backgroundColour(colours)).containsExactly(25, 35, 45);
  }

  @Test
  void backgroundColour_selection_isThatOfItsImages() {
    Dataset three = grey(120, 0, 255);
    assertThat(Preprocessing.backgroundColour(three.select(new int[] {2, 2}, "light")))
        .containsExactly(255);
    assertThat(Preprocessing.backgroundColour(three.select(new int[] {0}, "one")))
        .containsExactly(new float[] {1095 / 9f}, org.assertj.core.api.Assertions.offset(1e-4f));
    assertThat(three.select(new int[] {2, 0}, "two").summary(1)).containsExactly(1095, 120);
  }

  private static Image image(int edge) {
    byte[] bytes = new byte[9];
    Arrays.fill(bytes, (byte) edge);
    bytes[4] = (byte) (255 - edge);
    return Image.of(1, 3, 3, bytes);
  }

  @Test
  void fit_otherPolarity_isInverted() {
    Preprocessing dark = Preprocessing.unit(1, Background.DARK);
    assertThat(dark.fit(image(255), GREY).pixels()).isEqualTo(image(0).pixels());
    assertThat(dark.fit(image(0), GREY).pixels()).isEqualTo(image(0).pixels());
    Preprocessing light = Preprocessing.unit(1, Background.LIGHT);
    assertThat(light.fit(image(0), GREY).pixels()).isEqualTo(image(255).pixels());
    assertThat(light.fit(image(255), GREY).pixels()).isEqualTo(image(255).pixels());
    Preprocessing mixed = Preprocessing.unit(1, Background.MIXED);
    assertThat(mixed.fit(image(0), GREY).pixels()).isEqualTo(image(0).pixels());
    assertThat(mixed.fit(image(255), GREY).pixels()).isEqualTo(image(255).pixels());
  }

  @Test
  void fit_colourOfOtherSize_becomesGreyAndResized() {
    byte[] white = new byte[3 * 6 * 4];
    Arrays.fill(white, (byte) 255);
    Image fitted = Preprocessing.unit(1, Background.LIGHT).fit(Image.of(3, 6, 4, white), GREY);
    assertThat(fitted.channels()).isEqualTo(1);
    assertThat(fitted.height()).isEqualTo(3);
    assertThat(fitted.width()).isEqualTo(3);
    assertThat(fitted.pixels()).containsOnly((byte) 255);
  }

  @Test
  void of_badNumbers_isRefused() {
    assertThatThrownBy(() -> new Preprocessing(List.of(0.0), List.of(1.0, 1.0), Background.MIXED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "preprocessing: mean and deviation need one number a channel each, got 1 and 2");
    assertThatThrownBy(() -> new Preprocessing(List.of(), List.of(), Background.MIXED))
        .hasMessage(
            "preprocessing: mean and deviation need one number a channel each, got 0 and 0");
    String message = "preprocessing: mean must be a number and deviation above 0, got ";
    assertThatThrownBy(
            () -> new Preprocessing(List.of(0.0, 0.5), List.of(1.0, 0.0), Background.MIXED))
        .hasMessage(message + "0.5 and 0.0 in channel 1");
    assertThatThrownBy(() -> new Preprocessing(List.of(Double.NaN), List.of(1.0), Background.MIXED))
        .hasMessage(message + "NaN and 1.0 in channel 0");
    assertThatThrownBy(
            () ->
                new Preprocessing(
                    List.of(0.0), List.of(Double.POSITIVE_INFINITY), Background.MIXED))
        .hasMessage(message + "0.0 and Infinity in channel 0");
  }

  @Test
  void inputs_ofANetworkWithoutPictures_sayTheOrderOfSizes() {
    Image grey = Image.of(1, 28, 28, new byte[784]);
    Preprocessing unit = Preprocessing.unit(28, Preprocessing.Background.MIXED);
    String pictures =
        ", pictures have 1 (grey) or 3 (red, green, blue) channels; give its inputs as a tensor";
    assertThatThrownBy(() -> unit.inputs(grey, Shape.of(28, 28, 1), new float[784], 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "network: expects inputs of 28x28x1"
                + pictures
                + "; shapes are channels, height, width: images of 28x28 are (1, 28, 28), got (28, 28, 1)");
    assertThatThrownBy(() -> unit.fitted(grey, Shape.of(4, 28, 28)))
        .hasMessage("network: expects inputs of 4x28x28" + pictures);
  }
}
