// Marks a function of simple loops: the compiler makes it for old and for new vector units, and the program picks one when
// it starts, by what the processor can do: a clone for a processor's name is taken by that one alone. The portable build alone
// would know SSE2 only, which compares no 64-bit numbers. Sanitizers look at programs before such a choice can be made, so there
// is only one version for them, as there is from other compilers. (The thread sanitizer's own macro is taken away in the whole
// build; what stands in its place is looked at too.)
#ifndef SUPPORTKPI_COLUMN_TARGET_CLONES_H_
#define SUPPORTKPI_COLUMN_TARGET_CLONES_H_

#if defined(__x86_64__) && defined(__GNUC__) && __GNUC__ >= 12 && !defined(__clang__) && defined(__OPTIMIZE__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(_GLIBCXX_TSAN)
#define SUPPORTKPI_TARGET_CLONES __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define SUPPORTKPI_TARGET_CLONES
#endif

#endif  // SUPPORTKPI_COLUMN_TARGET_CLONES_H_
