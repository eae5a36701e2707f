package io.fovea.cli.train.engine;

import io.fovea.cli.report.ReportData.Setting;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.data.DataSets;
import io.fovea.data.PretrainedWeights;
import io.fovea.file.Sha256;
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

  private Licences() {}

  static List<Setting> rows(String data, Settings settings, List<Candidate> candidates, Path model)
      throws IOException {
    return List.of(
        new Setting("licence of the data", ofData(data)),
        new Setting("licence of the first weights", ofWeights(firstWeights(settings, candidates))),
        new Setting("SHA-256 of " + model.getFileName(), Sha256.of(Files.readAllBytes(model))));
  }

  private static String firstWeights(Settings settings, List<Candidate> candidates) {
    boolean isFromScratch =
        candidates.stream().anyMatch(one -> one.isChosen() && one.kind() == CandidateKind.SCRATCH);
    String pretrained = isFromScratch ? "" : settings.text(TrainFlags.PRETRAINED);
    return switch (pretrained) {
      case "" -> settings.text(TrainFlags.INIT_FROM);
      case PretrainedStart.IMAGENET -> PretrainedWeights.IMAGENET + settings.text(TrainFlags.MODEL);
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
