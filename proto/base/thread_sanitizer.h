// Tells ThreadSanitizer of hand-overs from thread to thread that it cannot see,
// because a library that was built without it makes them. They do nothing else:
// the order must hold without them.
#ifndef CONSILIUM_PROTO_BASE_THREAD_SANITIZER_H_
#define CONSILIUM_PROTO_BASE_THREAD_SANITIZER_H_

#if defined(__SANITIZE_THREAD__)
#define CONSILIUM_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CONSILIUM_TSAN 1
#endif
#endif

#ifdef CONSILIUM_TSAN
extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
}
#endif

namespace consilium {

#ifdef CONSILIUM_TSAN
// What this thread did so far happens before what another does after
// HappensAfter with the same object, which serves as a name only.
inline void HappensBefore(const void* object) {
  __tsan_release(const_cast<void*>(object));
}
inline void HappensAfter(const void* object) {
  __tsan_acquire(const_cast<void*>(object));
}
#else
inline void HappensBefore(const void*) {}
inline void HappensAfter(const void*) {}
#endif

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_THREAD_SANITIZER_H_
