package io.fovea.cli.train.engine;

import io.fovea.cli.report.ReportData.Setting;
import io.fovea.cli.run.RunFolders;
import io.fovea.cli.train.flags.Fork;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.data.DataSets;
import io.fovea.data.PretrainedWeights;
import io.fovea.file.Sha256;
import io.fovea.run.RunConfig;
import io.fovea.run.RunFolder;
import io.fovea.transfer.Candidate;
import io.fovea.transfer.CandidateKind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a report says for whoever passes the model on: the licences of its sources, and its hash.
 */
final class Licences {
  private static final Pattern LICENCE =
      Pattern.compile("(?i)(.+[-_.])?(licen[cs]e|copying|notice)([-_.].*)?");

  /** Enough for any chain of forks; one that is a ring ends. */
  private static final int MOST_PARENTS = 100;

  private Licences() {}

  static List<Setting> rows(String data, RunConfig config, List<Candidate> candidates, Path model)
      throws IOException {
    return List.of(
        new Setting("licence of the data", ofData(data)),
        new Setting("licence of the first weights", ofWeights(firstWeights(config, candidates))),
        new Setting("SHA-256 of " + model.getFileName(), Sha256.of(Files.readAllBytes(model))));
  }

  /** The name or file of the first weights, of a fork those of its parent; empty if random. */
  private static String firstWeights(RunConfig config, List<Candidate> candidates)
      throws IOException {
    RunConfig first = config;
    for (int n = 0; n < MOST_PARENTS && !first.flag(TrainFlags.FORK.name()).isEmpty(); n++) {
      Path parent = Path.of(first.path(Fork.run(first.flag(TrainFlags.FORK.name())).toString()));
      if (!new RunFolder(parent).has(RunFolder.CONFIG)) {
        return parent.toString();
      }
      first = RunFolders.config(new RunFolder(parent));
    }
    boolean isFromScratch =
        candidates.stream().anyMatch(one -> one.isChosen() && one.kind() == CandidateKind.SCRATCH);
    String pretrained = isFromScratch ? "" : first.flag(TrainFlags.PRETRAINED.name());
    String loaded = first.flag(TrainFlags.INIT_FROM.name());
    return switch (pretrained) {
      case "" -> loaded.isEmpty() ? "" : first.path(loaded);
      case PretrainedStart.IMAGENET ->
          PretrainedWeights.IMAGENET + first.flag(TrainFlags.MODEL.name());
      default -> pretrained;
    };
  }

  static String ofWeights(String name) throws IOException {
    for (PretrainedWeights.Named known : PretrainedWeights.named()) {
      if (known.name().equals(name)) {
        return "%s (%s)".formatted(known.licence(), known.copyright());
      }
    }
    return name.isEmpty() ? "none, they are from this run" : beside(Path.of(name));
  }

  static String ofData(String data) throws IOException {
    for (DataSets.Listing set : DataSets.named()) {
      if (set.name().equals(data)) {
        return set.licence();
      }
    }
    return beside(Path.of(data));
  }

  /** The licence files in a folder, and those beside a file or folder that may apply to it. */
  private static String beside(Path place) throws IOException {
    Set<String> found = new TreeSet<>();
    if (Files.isDirectory(place)) {
      add(found, place, "");
    }
    Path whole = place.toAbsolutePath().normalize();
    Path parent = whole.getParent();
    if (parent != null && Files.isDirectory(parent)) {
      add(found, parent, String.valueOf(whole.getFileName()));
    }
    return found.isEmpty() ? "not stated; ask the publisher" : "see " + String.join(", ", found);
  }

  /** A file whose name begins with a different name is about something else. */
  private static void add(Set<String> found, Path folder, String wanted) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        var name = LICENCE.matcher(String.valueOf(file.getFileName()));
        if (name.matches()
            && Files.isRegularFile(file)
            && (wanted.isEmpty() || name.group(1) == null || name.group(1).startsWith(wanted))) {
          found.add(file.toString());
        }
      }
    }
  }
}
