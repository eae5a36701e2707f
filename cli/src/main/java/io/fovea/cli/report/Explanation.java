package io.fovea.cli.report;

import io.fovea.dataset.Image;
import io.fovea.explain.FeatureMaps;
import io.fovea.explain.HeatMap;
import io.fovea.explain.Occlusion;
import io.fovea.inference.Prediction;
import io.fovea.network.Network;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * All that there is to see of a network's answer for one picture.
 *
 * @param name what the picture is called
 * @param network the network
 * @param image the picture as the network gets it
 * @param answer its probabilities
 * @param label the class that is explained
 * @param layers the values of the layers
 * @param layer whose maps Grad-CAM looked at
 * @param gradCam the places that spoke for the class
 * @param occlusion how places were covered
 * @param drops how much the probability of the class dropped where
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
  /** The page that shows all pictures. */
  public static final String PAGE = "index.html";

  /** Copies the list. */
  public Explanation {
    layers = List.copyOf(layers);
  }

  /** The name and content of each file, the page last. The same facts give the same files. */
  public Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("picture.png", Pictures.png(HeatPicture.plain(image)));
    files.put("grad-cam.png", Pictures.png(gradCamPicture()));
    files.put("occlusion.png", Pictures.png(occlusionPicture()));
    for (Filters filters : Filters.each(network)) {
      files.put("filters-" + filters.name() + ".png", Pictures.png(filters.sheet()));
    }
    for (int i = 0; i < layers.size(); i++) {
      FeatureMaps.Layer each = layers.get(i);
      files.put(
          String.format(Locale.ROOT, "layer-%02d-%s.png", i + 1, each.node()),
          Pictures.png(new LayerPicture(each).sheet()));
    }
    files.put(PAGE, new ExplanationPage(this).html().getBytes(StandardCharsets.UTF_8));
    return files;
  }

  /** Whether a file of this name may be one of {@link #files}, of this or of another network. */
  public static boolean isOwn(String name) {
    return name.equals(PAGE)
        || name.matches("(picture|grad-cam|occlusion|filters-.+|layer-[0-9]{2,}-.+)\\.png");
  }

  BufferedImage gradCamPicture() {
    return HeatPicture.smooth(image, gradCam, gradCam.largest());
  }

  BufferedImage occlusionPicture() {
    return HeatPicture.cells(image, drops, occlusion.stride(), mostDrop());
  }

  /** The largest change of the probability, up or down. */
  private double mostDrop() {
    return Math.max(drops.largest(), -drops.least());
  }
}
