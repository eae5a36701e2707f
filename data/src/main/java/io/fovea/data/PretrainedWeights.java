package io.fovea.data;

import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.fetch.Command;
import io.fovea.data.fetch.Mirror;
import io.fovea.data.fetch.NamedFile;
import io.fovea.data.fetch.NamedSet;
import io.fovea.data.fetch.NamedSets;
import io.fovea.data.fetch.NpmSource;
import io.fovea.data.source.SetContent;
import io.fovea.file.AtomicFile;
import io.fovea.network.DidYouMean;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Files of pretrained weights, known by name. They are searched in the cache ({@code
 * $FOVEA_HOME/weights}, or {@code ~/.cache/fovea/weights}) and fetched once; later uses need no
 * network. A file is used only if its SHA-256 is correct. The licence is stored beside it.
 */
public final class PretrainedWeights {
  /** The name of the MobileNetV2 that was trained on Open Images. */
  public static final String OPEN_IMAGES = "openimages";

  /** The prefix of the names of torchvision's ImageNet weights; the network's name follows. */
  public static final String IMAGENET = "imagenet-";

  private static final String LICENCE = "LICENSE.txt";

  /**
   * The known weights, six lines each: name; network and what it was trained on; file, its greatest
   * length, and its SHA-256 or the first digits of it, which are all that PyTorch states and
   * checks; its address; the licence's SPDX identifier; the copyright holder.
   */
  private static final String TABLE = "weights.txt";

  private static final List<Known> KNOWN = known(resource(TABLE));

  private PretrainedWeights() {}

  record Known(NamedSet set, String copyright) {}

  /**
   * Weights known by name.
   *
   * @param name their name
   * @param description the network, and what it was trained on
   * @param licence the licence's SPDX identifier
   * @param copyright the copyright holder
   * @param cached whether the file is on this machine; it is checked when it is opened
   */
  public record Named(
      String name, String description, String licence, String copyright, boolean cached) {}

  /**
   * A file of weights on this machine.
   *
   * @param file the file, checked
   * @param licence the text of its licence
   */
  public record Fetched(Named weights, Path file, Path licence) {}

  private static List<Known> known(String table) {
    return Stream.of(table.split("\\R\\s*\\R", -1))
        .map(weights -> known(weights.lines().map(String::strip).toList()))
        .toList();
  }

  private static Known known(List<String> lines) {
    String[] file = lines.get(2).split(" ", -1);
    String[] place = lines.get(3).split(" ", -1);
    boolean isPublished = file[2].length() < 64; // a file of its own, not a member of a package
    NamedSet set =
        new NamedSet(
            lines.get(0),
            lines.get(1),
            lines.get(4),
            List.of(),
            List.of(new NamedFile(file[0], Long.parseLong(file[1]), file[2], isPublished)),
            List.of(),
            List.of(
                place[0].equals("npm")
                    ? new NpmSource(place[1], place[2], "", Command.ofSystem())
                    : new Mirror(URI.create(place[0]), Mirror.Patience.USUAL)),
            SetContent.NO_IMAGES);
    return new Known(set, lines.get(5));
  }

  /** The weights that are known by name. */
  public static List<Named> named() {
    return KNOWN.stream().map(known -> named(store(), known)).toList();
  }

  /**
   * The folder that keeps them, one subfolder a name; it may not exist yet.
   *
   * @throws UncheckedIOException if there is neither {@code $FOVEA_HOME} nor a home folder
   */
  public static Path cache() {
    return store().known();
  }

  private static NamedSets store() {
    return new NamedSets(NamedSets.ofUser().cache().resolve("weights"));
  }

  private static Named named(NamedSets store, Known known) {
    NamedSet set = known.set();
    return new Named(
        set.name(), set.description(), set.licence(), known.copyright(), store.isCached(set));
  }

  /** Whether weights are known by this name. */
  public static boolean isKnown(String name) {
    return find(name).isPresent();
  }

  private static Optional<Known> find(String name) {
    return KNOWN.stream().filter(known -> known.set().name().equals(name)).findFirst();
  }

  /**
   * Fetches weights unless they are on this machine.
   *
   * @throws DataException if there are none of that name, or they are not available
   */
  public static Fetched fetch(String name, DataOptions options) throws DataException {
    List<String> names = KNOWN.stream().map(known -> known.set().name()).toList();
    Known known =
        find(name)
            .orElseThrow(
                () ->
                    new DataException(
                        "weights: no weights are named \"%s\"%s"
                            .formatted(name, DidYouMean.expected(name, names))));
    return fetch(store(), known, options);
  }

  static Fetched fetch(NamedSets store, Known known, DataOptions options) throws DataException {
    Path file = store.locate(known.set(), options).values().iterator().next();
    Path licence = store.folder(known.set()).resolve(LICENCE);
    if (!Files.exists(licence)) {
      try {
        Files.createDirectories(store.folder(known.set()));
        String text = resource("licences/" + known.set().licence() + ".txt");
        AtomicFile.write(licence, known.copyright() + "\n\n" + text);
      } catch (IOException failure) {
        throw new DataException(
            "%s: cannot write its licence to %s (%s); make the cache folder writable"
                .formatted(known.set().name(), licence, DataException.reason(failure)),
            failure);
      }
    }
    return new Fetched(named(store, known), file, licence);
  }

  private static String resource(String name) {
    try (InputStream in = PretrainedWeights.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable); // of the program's own jar
    }
  }
}
