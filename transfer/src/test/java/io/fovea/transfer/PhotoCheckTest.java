package io.fovea.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.ImageCopies;
import io.fovea.dataset.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhotoCheckTest {
  private final Backbone backbone = MnistDigits.backbone();
  @TempDir Path folder;

  @Test
  void check_wrongLabels_comeFirst() {
    Dataset photos = MnistDigits.mislabelled(200, 15);
    DataSplit split = new DataSplit("digits", photos, MnistDigits.small(1), "");
    PhotoCheck.Report report = PhotoCheck.of(backbone).seed(1).check(split);
    assertThat(report.photos()).hasSize(201);
    List<PhotoCheck.Photo> first = report.photos().subList(0, 30);
    assertThat(first).filteredOn(photo -> photo.index() < 15).hasSizeGreaterThanOrEqualTo(12);
    assertThat(report.doubts())
        .isEqualTo(report.photos().subList(0, report.doubts().size()))
        .allMatch(photo -> photo.likelyProbability() > photo.probability());
    PhotoCheck.Photo worst = report.photos().getFirst();
    assertThat(worst.toString())
        .startsWith("%s: labelled %s (0.".formatted(worst.file(), worst.label()))
        .contains("looks like " + worst.likely());
    assertThat(report.accuracy()).isBetween(0.5, 0.97);
    assertThat(report.across()).hasSize(1); // the test photo is the first training photo
    assertThat(report.across().getFirst().kind()).isEqualTo(ImageCopies.Kind.EXACT);
    assertThat(report.broken()).isEmpty();
  }

  @Test
  void check_sameSeed_givesTheSameBitsOnAnyThreads() {
    DataSplit split =
        new DataSplit("digits", MnistDigits.mislabelled(60, 5), MnistDigits.small(1), "");
    List<Double> one = probabilities(PhotoCheck.of(backbone).threads(1).check(split));
    assertThat(probabilities(PhotoCheck.of(backbone).threads(3).check(split))).isEqualTo(one);
  }

  private static List<Double> probabilities(PhotoCheck.Report report) {
    return report.photos().stream().map(PhotoCheck.Photo::probability).toList();
  }

  private Path digits(String name, int from, int of) throws IOException {
    Path root = folder.resolve(name);
    Dataset digits = MnistDigits.small(from + of);
    for (int i = from; i < from + of; i++) {
      Path own = Files.createDirectories(root.resolve(digits.label(i) % 2 == 0 ? "even" : "odd"));
      Images.write(digits.image(i).resized(40, 40), own.resolve(i + ".png"));
    }
    return root;
  }

  @Test
  void check_files_reportsBrokenTinyAndCopiesInTheTestFolder() throws IOException {
    Path train = digits("train", 0, 40);
    Path test = digits("test", 40, 20);
    Files.writeString(train.resolve("odd/broken.png"), "no picture");
    Dataset digits = MnistDigits.small(60);
    Images.write(digits.image(50).resized(10, 10), train.resolve("even/small.png"));
    Images.write(digits.image(51).resized(40, 40), train.resolve("even/again.png"));
    List<String> known = new ArrayList<>();
    PhotoCheck.Report report = PhotoCheck.of(backbone).check(train.toString(), test.toString());
    report.across().forEach(copy -> known.add(copy.original().file()));
    assertThat(known).contains("even/again.png");
    assertThat(report.tiny()).containsExactly("even/small.png");
    assertThat(report.broken()).hasSize(1);
    assertThat(report.broken().getFirst().file()).isEqualTo("odd/broken.png");
    assertThat(report.broken().getFirst().reason()).startsWith("image odd/broken.png: ");
    assertThat(report.photos()).filteredOn(PhotoCheck.Photo::isTest).hasSize(20);
    assertThat(PhotoCheck.of(backbone).check(train.toString()).photos()).hasSize(42);
  }

  @Test
  void check_otherClasses_isRefused() throws IOException {
    Path train = digits("train", 0, 12);
    Path test = digits("test", 12, 12);
    Files.move(test.resolve("odd"), test.resolve("strange"));
    assertThatThrownBy(() -> PhotoCheck.of(backbone).check(train.toString(), test.toString()))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "data: expects the classes [even, odd], got [even, strange]; give data of the same ones");
  }

  @Test
  void check_oneClass_isRefused() {
    Dataset digits = MnistDigits.small(60);
    int first = digits.label(0);
    int[] own = IntStream.range(0, 60).filter(i -> digits.label(i) == first).toArray();
    Dataset same = digits.select(own, "same");
    assertThatThrownBy(() -> PhotoCheck.of(backbone).check(new DataSplit("x", same, same, "")))
        .hasMessage(
            "data check: expects photos of 2 classes or more, all are of one; give some of another class");
  }
}
