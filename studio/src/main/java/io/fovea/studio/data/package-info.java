/**
 * The data sets of the pages. {@code DatasetCatalog} gives them names, so that pages send no paths;
 * {@code DataRoutes} shows their pictures, {@code Downloads} fetches named sets. {@code Uploads}
 * stores folders and zip files ({@code ZipFolder}) under a temporary name and renames complete
 * ones.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.studio.data;
