package io.fovea.transfer;

import io.fovea.network.Network;
import io.fovea.train.CachedFeatures;
import io.fovea.train.EpochReport;
import io.fovea.transfer.head.HeadFit;
import java.util.Optional;

/** A method of training a classifier, which {@link CandidateSearch} judges. */
interface CandidateMethod {
  /** The time for one photo to pass once, by the fastest of some measurements. */
  double secondsPerPhoto();

  /** Trains on some photos and answers about others. */
  HeldOut judge(int[] rest, int[] held);

  Trained make();

  /** The features by which a network of {@link #make} tells unlike photos, of all photos. */
  CachedFeatures features(Network made);

  /**
   * A trained network.
   *
   * @param score on the training photos: while they trained it, or afterwards
   * @param heldOut what models as sharp as this network say of training photos that were held out
   *     of them; empty where there are none but those of {@link #judge}
   */
  record Trained(Network network, EpochReport.Score score, Optional<HeadFit.Logits> heldOut) {}
}
