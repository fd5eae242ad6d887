# Installs the unit and its defaults, which name the folders of this
# installation. `source` is this folder.
set(bindir ${CMAKE_INSTALL_PREFIX}/bin)
# What lies under /usr is configured under /etc.
set(sysconfdir ${CMAKE_INSTALL_PREFIX}/etc)
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  set(sysconfdir /etc)
endif()
set(unitdir ${CMAKE_INSTALL_PREFIX}/lib/systemd/system)

set(root "$ENV{DESTDIR}")
message(STATUS "Installing: ${root}${unitdir}/consiliumd.service")
configure_file(${source}/consiliumd.service.in
  ${root}${unitdir}/consiliumd.service @ONLY NO_SOURCE_PERMISSIONS)
message(STATUS "Installing: ${root}${sysconfdir}/default/consiliumd")
configure_file(${source}/consiliumd.default
  ${root}${sysconfdir}/default/consiliumd COPYONLY NO_SOURCE_PERMISSIONS)
