/**
 * Classifiers from few photos, on networks that were trained on many.
 *
 * <pre>{@code
 * Backbone backbone = Backbone.openImages();
 * DataSplit photos = backbone.open("photos");
 * Transfer.Result result = Transfer.of(backbone).listener(TransferListener.console()).fit(photos.train());
 * Models.write(result.network(), Path.of("photos.safetensors"));
 * }</pre>
 *
 * That is {@code fovea train photos --recipe photos}, with the same bits. A search compares
 * candidates on the same folds and keeps the best one:
 *
 * <pre>
 * Backbone          pretrained weights, their structure for an image size, and their preprocessing
 * Transfer          the settings: PhotosRecipe's, unless given
 * CandidateSearch   plans (SearchPlan), judges each CandidateMethod, chooses (CandidateScores) and
 *                   trains it on all photos
 * AveragedHeads     frozen features of three layers: the mean of three heads as one network
 * head.HeadFit      a last layer on CachedFeatures (SoftmaxRegression: L-BFGS); its penalty by Folds
 * TrainedLayers     tuning of all layers, or a small network from scratch
 * HeldOut           the answers about held-out photos, with their Accuracy and best Temperature
 * </pre>
 *
 * {@link io.fovea.transfer.PhotoSorter} makes the classes of photos that have none: a person names
 * them one by one, in the order in which a last layer needs them. Its parts are in {@code sort}.
 *
 * <p>A search is not the only way: {@link io.fovea.transfer.Transfer#fitLastLayer} solves a last
 * layer alone, and {@link io.fovea.transfer.Backbone#classifier} is a network with a new last layer
 * for a {@link io.fovea.train.Trainer} of one's own.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.transfer;
