/**
 * Pictures from files: decoding within limits of bytes, pixels and memory ({@code ImageCodec},
 * {@code DecodingMemory}), EXIF orientation, and the files of a set as pictures of one size ({@code
 * FileDecoder}, {@code ImageSizeSurvey}).
 */
@org.jspecify.annotations.NullMarked
package io.fovea.data.picture;
