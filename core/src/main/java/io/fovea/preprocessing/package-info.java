/**
 * How pictures become inputs of a network, a part of the model.
 *
 * <p>{@link io.fovea.preprocessing.Preprocessing} is what a model states: mean and deviation of
 * each channel, the background of its training images, and the {@link io.fovea.dataset.Framing} by
 * which pictures of other sizes get the input's size. {@code unit} and {@code standard} measure
 * them over training images ({@code ChannelStatistics}); a model file has them, and what it does
 * not state is not deduced.
 *
 * <p>{@link io.fovea.preprocessing.ImageFraming} applies a framing. That of digits is {@link
 * io.fovea.preprocessing.DigitFraming}, whose steps are {@code InkContrast} (ink against an uneven
 * background), {@code ConnectedComponents} (which ink is the digit) and {@code Strokes} (their
 * width), followed by box and centre of mass as in MNIST.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.preprocessing;
