package io.fovea.format.weights;

import io.fovea.network.Graph;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Maps names of PyTorch's modules to names of a network's weights. Nodes have no dots in their
 * names, so networks have torchvision's names (layer1.0.conv1, features.2.conv.0.0) with _ for each
 * dot. timm names its ResNets as torchvision does, and MobileNetV2 differently (conv_stem,
 * blocks.1.0.conv_pw, conv_head, classifier). Prefixes of wrappers (module., _orig_mod.) are
 * dropped.
 */
final class ModuleNames {
  private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.");

  /** A weight that only this library's MobileNetV2 has. */
  private static final String MOBILENET_V2 = "features_18_0.weight";

  /** A weight that only timm's has. */
  private static final String TIMM = "conv_stem.weight";

  private static final Map<String, String> TIMM_ENDS =
      Map.of(
          "conv_stem", "features_0_0",
          "bn1", "features_0_1",
          "conv_head", "features_18_0",
          "bn2", "features_18_1",
          "classifier", "classifier_1");

  private static final Pattern TIMM_BLOCK = Pattern.compile("blocks\\.([0-6])\\.([0-3])\\.(\\w+)");

  private static final int[] TIMM_STAGES = {1, 2, 3, 4, 3, 3, 1};

  /** The first stage's block has no expansion. */
  private static final Map<String, String> TIMM_FIRST_BLOCK =
      Map.of("conv_dw", "0_0", "bn1", "0_1", "conv_pw", "1", "bn2", "2");

  private static final Map<String, String> TIMM_OTHER_BLOCKS =
      Map.of(
          "conv_pw", "0_0",
          "bn1", "0_1",
          "conv_dw", "1_0",
          "bn2", "1_1",
          "conv_pwl", "2",
          "bn3", "3");

  private final Set<String> weights = new HashSet<>();
  private final boolean timm;
  private final int wrapped;

  private ModuleNames(Graph graph, Collection<String> tensors) {
    graph.weights().forEach(weight -> weights.add(weight.name()));
    wrapped = wrapped(tensors);
    timm =
        weights.contains(MOBILENET_V2)
            && tensors.stream().anyMatch(name -> name.substring(wrapped).equals(TIMM));
  }

  /**
   * The names of one file's tensors.
   *
   * @param tensors all of them; without any, every name stays as it is
   */
  static ModuleNames of(Graph graph, Collection<String> tensors) {
    return new ModuleNames(graph, tensors);
  }

  private static int wrapped(Collection<String> tensors) {
    int length = 0;
    boolean more = !tensors.isEmpty();
    while (more) {
      more = false;
      for (String wrapper : WRAPPERS) {
        int from = length;
        if (tensors.stream().allMatch(name -> name.startsWith(wrapper, from))) {
          length += wrapper.length();
          more = true;
        }
      }
    }
    return length;
  }

  /** The weight that a tensor is for, or its own name where none is known. */
  String weight(String tensor) {
    if (weights.contains(tensor) && !timm) {
      return tensor;
    }
    String name = tensor.substring(Math.min(wrapped, tensor.length()));
    int dot = name.lastIndexOf('.');
    if (dot < 0) {
      return tensor;
    }
    String module = name.substring(0, dot);
    String node = timm ? timm(module).orElse(module) : module;
    String weight = node.replace('.', '_') + name.substring(dot);
    return weights.contains(weight) ? weight : tensor;
  }

  private static Optional<String> timm(String module) {
    String end = TIMM_ENDS.get(module);
    if (end != null) {
      return Optional.of(end);
    }
    Matcher block = TIMM_BLOCK.matcher(module);
    if (!block.matches()) {
      return Optional.empty();
    }
    int stage = Integer.parseInt(block.group(1));
    int index = Integer.parseInt(block.group(2));
    String part = (stage == 0 ? TIMM_FIRST_BLOCK : TIMM_OTHER_BLOCKS).get(block.group(3));
    if (index >= TIMM_STAGES[stage] || part == null) {
      return Optional.empty();
    }
    int number = 1 + index;
    for (int before = 0; before < stage; before++) {
      number += TIMM_STAGES[before];
    }
    return Optional.of("features_%d_conv_%s".formatted(number, part));
  }
}
