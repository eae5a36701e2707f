/**
 * A decoder of JPEG files: ITU-T Recommendation T.81, Huffman-coded, sequential or progressive, 8
 * bits a sample; grey, YCbCr, RGB, CMYK and YCCK; full size, 1/2, 1/4 or 1/8. All arithmetic is in
 * integers and equals that of libjpeg-turbo, whose files are named here as sources.
 *
 * <p>The way of the bytes: {@code Segments} reads markers and tables (annex B), {@code
 * EntropyReader} codes (annex C, F.2.2, G.1.2), {@code Scan} goes over the blocks, {@code
 * InverseDct} makes samples ({@code jidctint.c}, {@code jidctred.c}), {@code RowWriter} enlarges
 * coarser components ({@code Upsampling}, {@code jdsample.c}) and converts colours ({@code
 * Colours}, {@code jdcolor.c}):
 *
 * <pre>
 * R = Y + 1.402 (Cr - 128)
 * G = Y - 0.344136 (Cb - 128) - 0.714136 (Cr - 128)
 * B = Y + 1.772 (Cb - 128)
 * </pre>
 *
 * <p>A progressive file that ends without its last scans gives what it has: libjpeg's smoothing of
 * blocks ({@code jdcoefct.c}), which invents coefficients, is left out.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.data.jpeg;
