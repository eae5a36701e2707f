package io.fovea.cli.report;

import io.fovea.data.png.Raster;
import io.fovea.dataset.Image;
import io.fovea.explain.FeatureMaps;
import io.fovea.explain.HeatMap;
import io.fovea.explain.Occlusion;
import io.fovea.inference.Prediction;
import io.fovea.network.Network;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The explanation of a network's prediction for one picture.
 *
 * @param name the picture's name
 * @param image the picture as the network's input
 * @param answer the prediction
 * @param label the explained class
 * @param layer the layer whose maps Grad-CAM used
 * @param gradCam the positions that support the class
 * @param occlusion how positions were covered
 * @param drops the drop of the class's probability for each position
 */
public record Explanation(
    String name,
    Network network,
    Image image,
    Prediction answer,
    int label,
    List<FeatureMaps.Layer> layers,
    String layer,
    HeatMap gradCam,
    Occlusion occlusion,
    HeatMap drops) {
  public static final String PAGE = "index.html";

  public Explanation {
    layers = List.copyOf(layers);
  }

  /** The name and content of each file, the page last; the same for the same facts. */
  public Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("picture.png", HeatPicture.plain(image).png());
    files.put("grad-cam.png", gradCamPicture().png());
    files.put("occlusion.png", occlusionPicture().png());
    for (Filters filters : Filters.each(network)) {
      files.put("filters-" + filters.name() + ".png", filters.sheet().png());
    }
    for (int i = 0; i < layers.size(); i++) {
      FeatureMaps.Layer each = layers.get(i);
      files.put(
          String.format(Locale.ROOT, "layer-%02d-%s.png", i + 1, each.node()),
          new LayerPicture(each).sheet().png());
    }
    files.put(PAGE, new ExplanationPage(this).html().getBytes(StandardCharsets.UTF_8));
    return files;
  }

  /** Whether a file of this name may be one of {@link #files}, of this or of another network. */
  public static boolean isOwn(String name) {
    return name.equals(PAGE)
        || name.matches("(picture|grad-cam|occlusion|filters-.+|layer-[0-9]{2,}-.+)\\.png");
  }

  Raster gradCamPicture() {
    return HeatPicture.smooth(image, gradCam, gradCam.largest());
  }

  Raster occlusionPicture() {
    return HeatPicture.cells(image, drops, occlusion.stride(), mostDrop());
  }

  /** The largest change of the probability, up or down. */
  private double mostDrop() {
    return Math.max(drops.largest(), -drops.least());
  }
}
