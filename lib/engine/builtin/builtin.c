/* Filled in by lib/engine: qm_model_builtin() binds the images of qm_builtin_index. */
typedef int qm_builtin_translation_unit;
