package io.fovea.data;

import io.fovea.file.AtomicFile;
import io.fovea.network.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Files of pretrained weights, known by name. They are looked for in the cache ({@code
 * $FOVEA_HOME/weights}, or {@code ~/.cache/fovea/weights}) and fetched once; later uses need no
 * network. A file is used only if its SHA-256 is right. The licence lies beside it.
 */
public final class PretrainedWeights {
  /** The name of the MobileNetV2 that was trained on Open Images. */
  public static final String OPEN_IMAGES = "openimages";

  /** What the names of torchvision's ImageNet weights begin with; the network's name follows. */
  public static final String IMAGENET = "imagenet-";

  private static final String LICENCE = "LICENSE.txt";

  private static final List<Known> KNOWN =
      List.of(
          new Known(
              new NamedSet(
                  OPEN_IMAGES,
                  "mobilenet-v2, trained on 24 classes of objects and animals of Open Images V4",
                  List.of(),
                  List.of(
                      new NamedFile(
                          "objectron_solution_packed_assets.data",
                          9_987_912,
                          "470986ca5df183f41698da6de74b027d838fe289d77b5ab094497d350bee664e")),
                  List.of(),
                  List.of(
                      new NpmSource(
                          "@mediapipe/objectron", "0.4.1675468480", "", Command.ofSystem())),
                  SetContent.NO_IMAGES),
              "Apache-2.0",
              "Copyright 2020 The MediaPipe Authors"),
          imageNet("mobilenet-v2", "mobilenet_v2", "b0353104", 16_000_000),
          imageNet("resnet18", "resnet18", "f37072fd", 50_000_000),
          imageNet("resnet34", "resnet34", "b627a593", 90_000_000),
          imageNet("resnet50", "resnet50", "0676ba61", 106_000_000));

  private PretrainedWeights() {}

  /** Weights, and under which terms they may be used. */
  record Known(NamedSet set, String licence, String copyright) {}

  /**
   * Weights known by name.
   *
   * @param name what people type
   * @param description the network, and what it was trained on
   * @param licence the licence's SPDX identifier
   * @param copyright who holds the rights
   * @param cached whether the file is on this machine; it is checked when it is opened
   */
  public record Listing(
      String name, String description, String licence, String copyright, boolean cached) {}

  /**
   * A file of weights on this machine.
   *
   * @param file the file, checked
   * @param licence the text of its licence
   */
  public record Fetched(Listing listing, Path file, Path licence) {}

  /** The eight digits are all that PyTorch states and checks itself. */
  private static Known imageNet(String model, String file, String digits, long atMost) {
    NamedFile weights = new NamedFile(file + "-" + digits + ".pth", atMost, digits, true);
    URI address = URI.create("https://download.pytorch.org/models/");
    return new Known(
        new NamedSet(
            IMAGENET + model,
            model + ", trained on ImageNet-1k (torchvision's)",
            List.of(),
            List.of(weights),
            List.of(),
            List.of(new Mirror(address, Mirror.Patience.USUAL)),
            SetContent.NO_IMAGES),
        "BSD-3-Clause",
        "Copyright (c) Soumith Chintala 2016");
  }

  /** The weights that are known by name. */
  public static List<Listing> named() {
    return KNOWN.stream().map(known -> listing(store(), known)).toList();
  }

  /** The folder that keeps them, one subfolder a name; it may not exist yet. */
  public static Path cache() {
    return store().cache();
  }

  private static NamedSets store() {
    return new NamedSets(NamedSets.ofUser().cache().resolve("weights"));
  }

  private static Listing listing(NamedSets store, Known known) {
    NamedSet set = known.set();
    return new Listing(
        set.name(), set.description(), known.licence(), known.copyright(), store.isCached(set));
  }

  /** Whether weights are known by this name. */
  public static boolean isKnown(String name) {
    return find(name).isPresent();
  }

  private static Optional<Known> find(String name) {
    return KNOWN.stream().filter(known -> known.set().name().equals(name)).findFirst();
  }

  /**
   * Makes sure that weights are on this machine.
   *
   * @throws DataException if there are none of that name, or they cannot be had
   */
  public static Fetched fetch(String name, DataOptions options) throws DataException {
    List<String> names = KNOWN.stream().map(known -> known.set().name()).toList();
    Known known =
        find(name)
            .orElseThrow(
                () ->
                    new DataException(
                        "weights: no weights are named \"%s\"%s"
                            .formatted(name, Nearest.expected(name, names))));
    return fetch(store(), known, options);
  }

  /** The same from a store. */
  static Fetched fetch(NamedSets store, Known known, DataOptions options) throws DataException {
    Path file = store.locate(known.set(), options).values().iterator().next();
    Path licence = store.folder(known.set()).resolve(LICENCE);
    if (!Files.exists(licence)) {
      try {
        Files.createDirectories(store.folder(known.set()));
        AtomicFile.write(licence, known.copyright() + "\n\n" + text(known.licence()));
      } catch (IOException failure) {
        throw new DataException(
            "%s: cannot write its licence to %s (%s); make the cache folder writable"
                .formatted(known.set().name(), licence, DataException.reason(failure)),
            failure);
      }
    }
    return new Fetched(listing(store, known), file, licence);
  }

  private static String text(String licence) throws IOException {
    try (InputStream in =
        PretrainedWeights.class.getResourceAsStream("licences/" + licence + ".txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
