/* For a build without XGBoost; see without/README. */
#ifndef DW_WITHOUT_XGBOOST_H
#define DW_WITHOUT_XGBOOST_H

#include <stdint.h>

typedef uint64_t bst_ulong;
typedef void *DMatrixHandle;
typedef void *BoosterHandle;

const char *XGBGetLastError(void);
int XGBSetGlobalConfig(const char *config);
void XGBoostVersion(int *major, int *minor, int *patch);
int XGBoosterBoostedRounds(BoosterHandle handle, int *out);
int XGBoosterCreate(const DMatrixHandle data[], bst_ulong count, BoosterHandle *out);
int XGBoosterFree(BoosterHandle handle);
int XGBoosterLoadModelFromBuffer(BoosterHandle handle, const void *bytes, bst_ulong length);
int XGBoosterPredictFromDMatrix(BoosterHandle handle, DMatrixHandle data, const char *config, const bst_ulong **shape,
                                bst_ulong *dimensions, const float **out);
int XGBoosterPredictFromDense(BoosterHandle handle, const char *values, const char *config, DMatrixHandle data, const bst_ulong **shape,
                              bst_ulong *dimensions, const float **out);
int XGBoosterSaveModelToBuffer(BoosterHandle handle, const char *config, bst_ulong *length, const char **out);
int XGBoosterSetParam(BoosterHandle handle, const char *name, const char *value);
int XGBoosterSetStrFeatureInfo(BoosterHandle handle, const char *field, const char **features, bst_ulong count);
int XGBoosterSlice(BoosterHandle handle, int begin, int end, int step, BoosterHandle *out);
int XGBoosterUpdateOneIter(BoosterHandle handle, int round, DMatrixHandle data);
int XGDMatrixCreateFromMat_omp(const float *values, bst_ulong rows, bst_ulong columns, float missing, DMatrixHandle *out, int threads);
int XGDMatrixFree(DMatrixHandle handle);
int XGDMatrixSetFloatInfo(DMatrixHandle handle, const char *field, const float *values, bst_ulong count);

#endif
