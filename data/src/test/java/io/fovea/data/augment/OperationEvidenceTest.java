package io.fovea.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No augmentation without evidence: a test of numbers by hand, and its source in its Javadoc. A new
 * one is missed here until it has both.
 */
class OperationEvidenceTest {
  private static final Map<Class<?>, String> BY_HAND =
      Map.ofEntries(
          Map.entry(Shift.class, "MovingTest.move_byWholePixels_isTheMovedArray"),
          Map.entry(Rotate.class, "MovingTest.turn_quarter_anticlockwise"),
          Map.entry(Scale.class, "MovingTest.enlarge_aRow_isLinearBetweenItsPixels"),
          Map.entry(
              Shear.class, "MovingTest.slant_byFortyFive_movesTheTopRowRightAndTheBottomRowLeft"),
          Map.entry(Elastic.class, "MovingTest.elastic_displacement_hasTheDeviationOfItsFormula"),
          Map.entry(Flip.class, "MovingTest.flip_once_exchangesLeftAndRight_twice_nothing"),
          Map.entry(Crop.class, "MovingTest.crop_rim_isReflected"),
          Map.entry(Brightness.class, "PaintingTest.brighten_multipliesAndEndsAtWhite"),
          Map.entry(Contrast.class, "PaintingTest.strengthen_movesAwayFromTheMeanWithinTheRange"),
          Map.entry(Erase.class, "PaintingTest.erase_box_isAWholeRectangleWithinTheRange"),
          Map.entry(RandomResizedCrop.class, "RandomResizedCropTest.enlarge_box_isLinearWithinIt"),
          Map.entry(Hue.class, "ColorAdjustmentsTest.hue_turns_asColorsysHasIt"),
          Map.entry(
              ColorJitter.class, "ColorAdjustmentsTest.colorJitter_parts_areTorchvisionsBlends"),
          Map.entry(
              RandAugment.class, "ColorAdjustmentsTest.policies_magnitudes_areTorchvisionsTables"),
          Map.entry(
              TrivialAugment.class,
              "ColorAdjustmentsTest.posterizeSolarizeAutoContrastEqualize_areThoseOfPil"),
          Map.entry(MixUp.class, "MixingTest.mixUp_ofTwoImages_weighsPixelsAndShares"),
          Map.entry(CutMix.class, "MixingTest.cutMix_box_replacesPixelsAndGivesItsArea"));

  static List<Class<?>> operations() {
    return Arrays.stream(Operation.class.getPermittedSubclasses())
        .<Class<?>>flatMap(kind -> Stream.of(kind.getPermittedSubclasses()))
        .toList();
  }

  @Test
  void operations_areThoseOfThePipeline() {
    assertThat(operations()).hasSize(BY_HAND.size());
  }

  @ParameterizedTest
  @MethodSource("operations")
  void operation_hasNumbersByHand(Class<?> operation) throws ClassNotFoundException {
    assertThat(BY_HAND).containsKey(operation);
    String[] test = Objects.requireNonNull(BY_HAND.get(operation)).split("\\.", -1);
    assertThat(Class.forName("io.fovea.data.augment." + test[0]).getDeclaredMethods())
        .filteredOn(method -> method.isAnnotationPresent(Test.class))
        .anyMatch(method -> method.getName().equals(test[1]));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void operation_javadoc_namesItsSource(Class<?> operation) throws IOException {
    String file =
        Files.readString(Path.of("src/main/java", operation.getName().replace('.', '/') + ".java"));
    String doc = file.substring(file.indexOf("/**"), file.indexOf("public record"));
    assertThat(doc).containsPattern("arXiv \\d{4}\\.\\d{4,5}|(NIPS|ICDAR) \\d{4}|torchvision");
  }
}
