package io.fovea.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.png.Raster;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PageImagesTest {
  private static final int WHITE = 0xFFFFFF;
  private static final int BLUE = 0x0072B2;
  private static final int ORANGE = 0xD55E00;

  @Test
  void filter_ofOneChannel_isOrangeAboveZeroAndBlueBelow() {
    Filters filters = Filters.of(network(1, 2, 0.5f, -2, 0, 1)).orElseThrow();
    Raster picture = filters.picture(0);
    assertThat(colour(picture, 1, 0)).isEqualTo(BLUE);
    assertThat(colour(picture, 0, 1)).isEqualTo(WHITE);
    // The roots of a quarter and a half of the way from white to orange: the scale is the filter's
    // own |-2|.
    assertThat(colour(picture, 0, 0)).isEqualTo(0xEAAF80);
    assertThat(colour(picture, 1, 1)).isEqualTo(0xE18D4B);
  }

  @Test
  void filter_ofThreeChannels_isInColourAroundGrey() {
    // Channel by channel, as (C, KH, KW): red 1, -1; green 0, 0; blue 0.5, 0.
    Filters filters = new Filters("conv1", Shape.of(1, 3, 1, 2), 1, -1, 0, 0, 0.5f, 0);
    Raster picture = filters.picture(0);
    assertThat(colour(picture, 0, 0)).isEqualTo(0xFF80BF);
    assertThat(colour(picture, 1, 0)).isEqualTo(0x008080);
  }

  @Test
  void filter_ofTwoChannels_isTheirMean() {
    Filters filters = new Filters("conv1", Shape.of(1, 2, 1, 2), 3, -1, -1, -1);
    Raster picture = filters.picture(0);
    assertThat(colour(picture, 0, 0)).isEqualTo(ORANGE);
    assertThat(colour(picture, 1, 0)).isEqualTo(BLUE);
  }

  @Test
  void filter_withoutNumbers_isBlank() {
    Filters zero = new Filters("conv1", Shape.of(1, 1, 1, 2), 0, Float.NaN);
    assertThat(colour(zero.picture(0), 0, 0)).isEqualTo(WHITE);
    assertThat(colour(zero.picture(0), 1, 0)).isEqualTo(WHITE);
  }

  @Test
  void filters_areAGridInReadingOrder() {
    Raster grid = Filters.of(network(2, 1, 1, -1)).orElseThrow().sheet();
    assertThat(grid.width()).isEqualTo(80 + 8 + 80 + 2);
    assertThat(grid.height()).isEqualTo(82);
    assertThat(colour(grid, 40, 40)).isEqualTo(ORANGE);
    assertThat(colour(grid, 88 + 40, 40)).isEqualTo(BLUE);
    assertThat(grid.argb(40, 84) >>> 24).isZero();
  }

  @Test
  void filters_ofANetworkThatBeginsOtherwise_areNone() {
    Network mlp = Network.of(Zoo.MLP.graph(Shape.of(1, 8, 8), 2), Initializer.he(), 1);
    assertThat(Filters.of(mlp)).isEmpty();
  }

  @Test
  void image_keepsItsPixels() throws Exception {
    Runs.Plain grey = new Runs.Plain(Shape.of(1, 2, 3), List.of("a"), 200);
    Raster picture = PageImages.image(grey, 137);
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(picture.png()));
    assertThat(read.getWidth()).isEqualTo(3);
    assertThat(read.getHeight()).isEqualTo(2);
    assertThat(read.getRGB(2, 1)).isEqualTo(0xff898989);
  }

  @Test
  void image_thatIsHuge_isMadeSmaller() {
    Runs.Plain huge = new Runs.Plain(Shape.of(3, 320, 1600), List.of("a"), 200);
    Raster picture = PageImages.image(huge, 100);
    assertThat(picture.width()).isEqualTo(160);
    assertThat(picture.height()).isEqualTo(32);
    assertThat(colour(picture, 80, 16)).isEqualTo(0x646464);
  }

  /** A network whose first convolution has these weights, in (O, C, KH, KW). */
  private static Network network(int filters, int kernel, float... weights) {
    Graph graph = Network.input(1, 4, 4).conv2d(filters, kernel).flatten().dense(2).graph();
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Graph.Weight weight : graph.weights()) {
      values.put(weight.name(), new float[weight.parameter().shape().elements()]);
    }
    values.put("conv1.weight", weights);
    return Network.of(
        graph,
        Weights.of(graph, values),
        Preprocessing.unit(1, Preprocessing.Background.MIXED),
        List.of("a", "b"));
  }

  private static int colour(Raster picture, int x, int y) {
    return picture.argb(y, x) & 0xFFFFFF;
  }
}
