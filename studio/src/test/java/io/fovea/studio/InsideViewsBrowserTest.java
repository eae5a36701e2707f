package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.explain.GradCam;
import io.fovea.explain.HeatMap;
import io.fovea.explain.Occlusion;
import io.fovea.explain.Subject;
import io.fovea.inference.Prediction;
import io.fovea.kernel.KernelSet;
import io.fovea.parallel.Workers;
import io.fovea.studio.inside.Examples;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the look-inside page shows behind the convolutions, for a three: every number is the
 * library's own.
 */
@Tag("gate") // in a build, InsideBrowserTest shows this page
class InsideViewsBrowserTest extends InsideBrowserTests {
  private static final int EXAMPLE = 30;
  private static final int LABEL = 3;
  private static final int SIDE = 28;

  private Subject subject;

  @BeforeAll
  void subject() throws IOException {
    subject =
        Subject.of(
            model.network(),
            Examples.all().get(EXAMPLE).image(),
            Workers.of(1),
            KernelSet.fastest());
  }

  @Test
  void poolingView_showsTheWindowAndItsLargest() {
    float[] conv1 = InsideBrowser.value(subject, "conv1");
    page.choose(EXAMPLE, "pool1", 5);
    List<Float> window = page.numbers("#taps-x");
    assertThat(window).hasSize(4);
    for (int k = 0; k < 4; k++) { // the pixel in the middle, (7, 7), reads rows and columns 14, 15
      assertThat(window.get(k)).isEqualTo(conv1[(5 * SIDE + 14 + k / 2) * SIDE + 14 + k % 2]);
    }
    float largest = (float) window.stream().mapToDouble(Float::doubleValue).max().orElseThrow();
    assertThat(page.number("#sum")).isEqualTo(largest).isEqualTo(page.number("#value"));
  }

  @Test
  void denseView_listsTheStrongestContributionsAndSoftmax() {
    float[] maps = InsideBrowser.value(subject, "relu2");
    float[] logits = InsideBrowser.value(subject, "dense1");
    float[] w = model.network().weights().values("dense1.weight");
    page.choose(EXAMPLE, "dense1", 0);
    assertThat(page.number("#value")).isEqualTo(logits[LABEL]);
    double strongest = 0;
    for (int f = 0; f < maps.length; f++) {
      strongest = Math.max(strongest, Math.abs((double) maps[f] * w[LABEL * maps.length + f]));
    }
    List<Float> shown = page.numbers("#contributions");
    assertThat(shown).hasSize(3 * 12);
    assertThat((double) Math.abs(shown.get(2))).isEqualTo(strongest, within(1e-6));
    Matcher place =
        Pattern.compile("relu2 \\((\\d+); (\\d+), (\\d+)\\)")
            .matcher(page.find("#contributions tbody").getText());
    for (int row = 0; row < 12; row++) {
      assertThat(place.find()).isTrue();
      int feature = (7 * index(place, 1) + index(place, 2)) * 7 + index(place, 3);
      assertThat(shown.get(3 * row)).isEqualTo(maps[feature]);
      assertThat(shown.get(3 * row + 1)).isEqualTo(w[LABEL * maps.length + feature]);
    }
    List<Float> softmax = page.numbers("#softmax");
    Prediction answer = subject.prediction();
    for (int k = 0; k < 10; k++) {
      assertThat(softmax.get(3 * k)).isEqualTo(logits[k]);
      double p = answer.probabilities().get(k);
      assertThat((double) softmax.get(3 * k + 2)).isEqualTo(p, within(1e-6));
    }
  }

  private static int index(Matcher place, int group) {
    return Integer.parseInt(place.group(group));
  }

  @Test
  void overlays_areTheLibrarysHeatMaps() {
    page.choose(EXAMPLE, "conv1", 0);
    String layer = GradCam.lastMaps(model.network().graph()).orElseThrow();
    overlay("grad-cam", GradCam.of(subject, LABEL, layer));
    overlay("occlusion", Occlusion.suiting(model.network().graph().input()).of(subject, LABEL));
    page.select("#overlay", "");
    assertThat(page.find(".heat").isDisplayed()).isFalse();
  }

  /** The overlay's opacity is the heat, up to 200 of 255. */
  private void overlay(String kind, HeatMap map) {
    page.select("#overlay", kind);
    page.until(
        "const heat = document.querySelector('.heat'); return !heat.hidden && heat.dataset.kind === '%s'"
            .formatted(kind));
    List<?> opacity =
        page.list(
            "const heat = document.querySelector('.heat'); return [...heat.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, k) => k % 4 === 3)");
    HeatMap resized = map.resized(SIDE, SIDE);
    for (int k = 0; k < SIDE * SIDE; k++) {
      double expected = Math.max(0, resized.get(k / SIDE, k % SIDE) / map.largest()) * 200;
      assertThat(((Number) opacity.get(k)).doubleValue()).as(kind).isEqualTo(expected, within(1.0));
    }
  }
}
