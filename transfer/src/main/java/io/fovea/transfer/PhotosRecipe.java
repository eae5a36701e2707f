package io.fovea.transfer;

import java.util.List;

/**
 * The settings of the recipe {@code photos}, which {@link Transfer} has unless given others. Why
 * these: decision 26 of Fovea.
 */
public final class PhotosRecipe {
  /** What is tried. */
  public static final List<CandidateKind> CANDIDATES = List.of(CandidateKind.values());

  /** How much of that, judged by how many folds. */
  public static final Effort EFFORT = Effort.STANDARD;

  /** Whether each class counts the same, for any number of photos. */
  public static final boolean BALANCED = true;

  /** The most views of each photo for the fit of a last layer: itself, and augmented ones. */
  public static final int VIEWS = 4;

  /** The most epochs of tuned and from-scratch networks. */
  public static final int EPOCHS = 30;

  /** The share of new photos whose class is among those that a prediction names. */
  public static final double COVERAGE = 0.95;

  /** Adam's learning rate for tuned networks. */
  public static final double LEARNING_RATE = 0.0003;

  /** Photos of one step. */
  public static final int BATCH = 16;

  /** Steps in which the learning rate rises, before it falls as a cosine. */
  public static final int WARM_UP = 10;

  /** The largest norm of a step's gradients. */
  public static final double CLIPPING = 1;

  /** The share of the target that is spread over all classes. */
  public static final double LABEL_SMOOTHING = 0.1;

  /** The changes to photos, as {@link io.fovea.data.augment.Pipeline#parse} reads them. */
  public static final String AUGMENTATION = "random-resized-crop:0.5";

  private PhotosRecipe() {}
}
