/**
 * PNG files (W3C, Portable Network Graphics, third edition; chunk names and sections are its), read
 * and written without {@code java.desktop}.
 *
 * <p>Sample values are used as stored: the chunks about colour (gAMA, cHRM, sRGB, iCCP) and all
 * other ancillary ones except tRNS are passed over without being looked into. The first picture of
 * an animation is the one that its IDAT chunks hold.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.data.png;
