@echo off
rem Starts Refractium on the Java of JAVA_HOME or, where that is not set, on the first java of the PATH.
rem REFRACTIUM_JAVA_OPTS: more options for the JVM, parted by blanks; they come after ours, so they win.
setlocal
for %%d in ("%~dp0..") do set "home=%%~fd"

if not defined JAVA_HOME goto from_path
set "java=%JAVA_HOME%\bin\java.exe"
if exist "%java%" goto found
echo refractium: JAVA_HOME is %JAVA_HOME%, but there is no program %java%; let it name a Java 17 or later, or unset it to use the java on the PATH>&2
exit /b 1

:from_path
set "java="
for %%j in (java.exe) do set "java=%%~$PATH:j"
if defined java goto found
echo refractium: no Java found: JAVA_HOME is not set and the PATH has no java; install a Java 17 or later, or set JAVA_HOME>&2
exit /b 1

:found
rem The file beside a JDK's bin directory tells the version without starting a JVM for it.
set "version="
for %%d in ("%java%\..\..") do set "release=%%~fd\release"
if not exist "%release%" goto ask
for /f "usebackq tokens=2 delims==" %%v in (`findstr /b "JAVA_VERSION=" "%release%"`) do set "version=%%~v"
:ask
if defined version goto compare
for /f "usebackq tokens=3" %%v in (`cmd /c ""%java%" -version 2>&1" ^| findstr /c:"version"`) do if not defined version set "version=%%~v"
:compare
set "major=0"
for /f "tokens=1 delims=.-+_" %%m in ("%version%") do set "major=%%m"
if %major% geq 17 goto start
echo refractium: %java% is Java %version%; Refractium needs 17 or later: set JAVA_HOME to one>&2
exit /b 1

:start
rem Two collectors together would keep the JVM from starting. Why these values: see the comments of bin/refractium.
set "collector=-XX:+UseSerialGC"
if defined REFRACTIUM_JAVA_OPTS echo "%REFRACTIUM_JAVA_OPTS%" | findstr /r /c:"-XX:+Use.*GC" >nul && set "collector="
"%java%" %collector% -Xms16m -Xmx256m -XX:CompileThresholdScaling=4 -XX:+ExitOnOutOfMemoryError %REFRACTIUM_JAVA_OPTS% "-Drefractium.home=%home%" -jar "%home%\lib\refractium.jar" %*
exit /b %errorlevel%
