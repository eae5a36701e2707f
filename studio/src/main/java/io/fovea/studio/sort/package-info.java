/**
 * Photos without classes, which a person names: {@code Sortings} keeps a {@code PhotoSorter} for
 * each folder that a page has opened, and {@code SortRoutes} is what the page asks. Which one is
 * next, its journal and the copies come from the library.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.studio.sort;
